'use client'
import type { DatasetDetail } from '@graft/contracts/views'
import { importIssueKindSchema } from '@graft/contracts/dataset'
import { useInfiniteQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { countText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Choice } from '../ui/choice.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { issueLook } from './issue-look.ts'

/** What the import left out or wondered about, each with its reason. */
export function ImportReport({ detail }: { detail: DatasetDetail }) {
  const trpc = useTRPC()
  const [kind, setKind] = useState('all')
  const parsed = importIssueKindSchema.safeParse(kind)
  const { filesFound, imagesKept, seconds, issueCounts, notes } = detail.report
  const found = Object.entries(issueCounts).filter(([, count]) => count > 0)
  const issues = useInfiniteQuery(
    trpc.dataset.issues.infiniteQueryOptions({ version: detail.version, limit: 50, ...(parsed.success ? { kind: parsed.data } : {}) }, { enabled: found.length > 0, getNextPageParam: (page) => page.nextCursor ?? undefined }),
  )
  const options = [{ value: 'all', text: 'All' }, ...found.map(([name, count]) => ({ value: name, text: `${issueLook(name).name} ${count}` }))]
  return (
    <Panel title="Import report" note={`${countText(imagesKept)} of ${countText(filesFound)} files kept · ${durationText(seconds)}`} actions={found.length > 1 && <Choice label="Kind of issue" value={kind} options={options} onChange={setKind} />} flush>
      {notes.length > 0 && (
        <ul className="space-y-1 border-b px-4 py-2.5 text-xs text-muted">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {found.length === 0 && <EmptyState icon={CircleCheck} title="Nothing to report">Every file was a good image, in one class and one split.</EmptyState>}
      {issues.isError && <ErrorState error={issues.error} onRetry={() => void issues.refetch()} />}
      {found.length > 0 && issues.isPending && <div className="p-4"><SkeletonRows rows={3} /></div>}
      <div tabIndex={0} role="region" aria-label="Issues" className="max-h-96 overflow-y-auto">
        <ul className="divide-y">
          {issues.data?.pages.flatMap(({ items }) => items).map((issue) => {
            const { name, severity } = issueLook(issue.kind)
            const Icon = severity === 'error' ? CircleX : TriangleAlert
            return (
              <li key={`${issue.kind} ${issue.path}`} className="flex gap-3 px-4 py-2.5">
                <Icon aria-hidden size={15} className={`mt-0.5 shrink-0 ${severity === 'error' ? 'text-danger' : 'text-warning'}`} />
                <div className="min-w-0">
                  <p className="flex flex-wrap items-baseline gap-x-2">
                    <span className="font-mono text-xs wrap-anywhere">{issue.path}</span>
                    <span className="text-2xs text-faint">
                      {name}, {severity === 'error' ? 'left out' : 'kept'}
                    </span>
                  </p>
                  <p className="text-xs wrap-anywhere text-muted">{issue.reason}</p>
                  {issue.related.length > 0 && <p className="font-mono text-2xs wrap-anywhere text-faint">{issue.related.join(', ')}</p>}
                </div>
              </li>
            )
          })}
        </ul>
        {issues.hasNextPage && <LoadMore busy={issues.isFetchingNextPage} onNear={() => void issues.fetchNextPage()} />}
      </div>
    </Panel>
  )
}
