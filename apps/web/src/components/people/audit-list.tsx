'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../trpc/client.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'

const pages: Readonly<Record<string, string>> = { sweep: '/sweeps', trial: '/trials' }

/** What people changed lately, and how it ended. */
export function AuditList() {
  const trpc = useTRPC()
  const entries = useQuery(trpc.audit.list.queryOptions({ limit: 50 }, { refetchInterval: 30_000 }))
  return (
    <Panel title="Changes" note="the newest 50" flush>
      {entries.isPending && <div className="p-4"><SkeletonRows rows={3} /></div>}
      {entries.isError && <ErrorState error={entries.error} onRetry={() => void entries.refetch()} />}
      {entries.data?.length === 0 && <p className="px-4 py-6 text-center text-sm text-muted">Nothing has been changed yet.</p>}
      <ul className="max-h-96 divide-y overflow-y-auto">
        {entries.data?.map(({ id, at, person, action, topic, subjectId, outcome }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-4 py-2 text-xs">
            <span className="font-medium">{person}</span>
            <code className="font-mono">{action}</code>
            {pages[topic] === undefined ? <span className="min-w-0 truncate font-mono text-2xs text-faint">{subjectId}</span> : <a href={`${pages[topic]}/${subjectId}`} className="min-w-0 truncate font-mono text-2xs text-accent hover:underline">{subjectId}</a>}
            <span className={outcome === 'done' ? 'text-muted' : 'text-danger'}>{outcome ?? 'not known how it ended'}</span>
            <span className="ml-auto text-2xs text-faint"><RelativeTime time={at} /></span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
