'use client'
import type { Split } from '@graft/contracts/dataset'
import type { PredictionItem } from '@graft/contracts/views'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Check, PartyPopper, X } from 'lucide-react'
import { useState } from 'react'
import { probabilityText } from '../../format/accuracy.ts'
import { quantityText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segments } from '../ui/segments.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'

type Look = 'worst' | 'wrong' | 'best'
const looks: readonly { value: Look; text: string }[] = [{ value: 'worst', text: 'Worst' }, { value: 'wrong', text: 'Wrong only' }, { value: 'best', text: 'Best' }]
const splits = [{ value: 'test' as const, text: 'Test' }, { value: 'validation' as const, text: 'Validation' }]

function Verdict({ item, classes }: { item: PredictionItem; classes: readonly string[] }) {
  const Icon = item.correct ? Check : X
  return (
    <span className="block text-left text-xs leading-4.5">
      <span className="flex items-center gap-1">
        <Icon role="img" aria-label={item.correct ? 'right' : 'wrong'} size={13} strokeWidth={2.5} className={`shrink-0 ${item.correct ? 'text-accent' : 'text-danger'}`} />
        <span className="min-w-0 flex-1 truncate font-medium">{classes[item.predicted]}</span>
        <span className="text-muted tabular-nums">{probabilityText(item.probability)}</span>
      </span>
      <span className="flex items-baseline gap-1 text-2xs text-muted">
        {item.correct ? (
          <span className="truncate">as labelled</span>
        ) : (
          <>
            <span className="min-w-0 flex-1 truncate">is {classes[item.label]}</span>
            <span className="tabular-nums">{probabilityText(item.labelProbability)}</span>
          </>
        )}
      </span>
    </span>
  )
}

/** The images a trial found hardest and easiest, with what it thought. */
export function PredictionGallery({ trialId, classes }: { trialId: string; classes: readonly string[] }) {
  const trpc = useTRPC()
  const [look, setLook] = useState<Look>('worst')
  const [split, setSplit] = useState<Split>('test')
  const [open, setOpen] = useState<PredictionItem>()
  const input = { id: trialId, split, order: look === 'best' ? ('best' as const) : ('worst' as const), limit: 18, ...(look === 'wrong' ? { onlyWrong: true } : {}) }
  const predictions = useInfiniteQuery(trpc.trial.predictions.infiniteQueryOptions(input, { getNextPageParam: (page) => page.nextCursor ?? undefined }))
  const items = predictions.data?.pages.flatMap((page) => page.items)
  return (
    <Panel
      title="Predictions"
      note={predictions.data === undefined ? undefined : quantityText(predictions.data.pages[0]!.total, 'image')}
      actions={
        <>
          <Segments label="Which" value={look} options={looks} onChange={setLook} />
          <Segments label="Split" value={split} options={splits} onChange={setSplit} />
        </>
      }
    >
      {predictions.isError && <ErrorState error={predictions.error} onRetry={() => void predictions.refetch()} />}
      {items?.length === 0 && <EmptyState icon={PartyPopper} title={look === 'wrong' ? 'Not one wrong prediction' : 'No image in this split'} />}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-x-3 gap-y-4">
        {predictions.isPending && Array.from({ length: 12 }, (_, place) => <Skeleton key={place} className="h-40" />)}
        {items?.map((item) => (
          <li key={item.path} className="min-w-0">
            <button type="button" title={item.path} onClick={() => setOpen(item)} className="block w-full">
              <Thumbnail sha256={item.sha256} alt={classes[item.label] ?? ''} className={`mb-1.5 aspect-[4/3] w-full rounded-md ${item.correct ? '' : 'outline-2 -outline-offset-2 outline-danger/70'}`} />
              <Verdict item={item} classes={classes} />
            </button>
          </li>
        ))}
      </ul>
      {predictions.hasNextPage && (
        <div className="mt-4 text-center">
          <Button size="small" disabled={predictions.isFetchingNextPage} onClick={() => void predictions.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      {open !== undefined && (
        <Dialog size="wide" title={classes[open.label] ?? ''} onClose={() => setOpen(undefined)}>
          <Thumbnail full sha256={open.sha256} alt={open.path} className="h-[45dvh] w-full sm:h-[62dvh]" />
          <div className="space-y-1 px-4 py-3">
            <Verdict item={open} classes={classes} />
            <p className="font-mono text-2xs wrap-anywhere text-faint">{open.path}</p>
          </div>
        </Dialog>
      )}
    </Panel>
  )
}
