'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../trpc/client.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Panel } from '../ui/panel.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { actionText } from './action-words.ts'

const pages: Readonly<Record<string, string>> = { sweep: '/sweeps', trial: '/trials' }

const isIdentifier = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

/** What people changed lately, and how it ended. */
export function AuditList() {
  const trpc = useTRPC()
  const entries = useQuery(trpc.audit.list.queryOptions({ limit: 50 }, { refetchInterval: 30_000 }))
  return (
    <Panel title="Changes" note="the newest 50" flush>
      {entries.isPending && <div className="p-4"><SkeletonRows rows={3} /></div>}
      {entries.isError && <ErrorState error={entries.error} onRetry={() => void entries.refetch()} />}
      {entries.data?.length === 0 && <p className="px-4 py-6 text-center text-sm text-muted">Nothing has been changed yet.</p>}
      <ul tabIndex={0} aria-label="Changes" className="max-h-96 divide-y overflow-y-auto">
        {entries.data?.map(({ id, at, person, action, topic, subjectId, outcome }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-4 py-2 text-xs">
            <span className="font-medium">{person}</span>
            <span title={action}>{actionText(action)}</span>
            {pages[topic] === undefined || !isIdentifier.test(subjectId) ? <span className="min-w-0 truncate text-muted">{isIdentifier.test(subjectId) ? subjectId.slice(0, 8) : subjectId}</span> : <a href={`${pages[topic]}/${subjectId}`} title={subjectId} className="min-w-0 truncate text-accent hover:underline">{subjectId.slice(0, 8)}</a>}
            {outcome !== 'done' && <span className="text-danger">{outcome === null ? 'not known how it ended' : `refused: ${outcome}`}</span>}
            <span className="ml-auto text-2xs text-faint"><RelativeTime time={at} /></span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
