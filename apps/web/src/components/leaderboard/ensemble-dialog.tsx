'use client'
import type { LeaderboardCell } from '@graft/contracts/leaderboard'
import type { EnsembleView } from '@graft/contracts/views'
import { skipToken, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { intervalText, percentText } from '../../format/accuracy.ts'
import { countText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { IntervalWhisker } from './interval-whisker.tsx'

/** The server takes no more. */
const mostMembers = 16

export interface EnsembleCandidate { id: string; model: string; seed: number; accuracy: number }

/** Finished trials of a dataset, best first. */
export function ensembleCandidates(cells: readonly LeaderboardCell[], nameOf: (model: string) => string): EnsembleCandidate[] {
  return cells.flatMap(({ model, trials }) => trials.map((trial) => ({ ...trial, model: nameOf(model) }))).toSorted((a, b) => b.accuracy - a.accuracy)
}

function ScoreRow({ name, accuracy, interval, chance, strong = false }: { name: string; accuracy: number; interval: [number, number]; chance: number; strong?: boolean }) {
  return (
    <tr className={strong ? 'font-semibold' : ''}>
      <th scope="row" className={strong ? 'py-1.5 pr-3 text-left font-semibold' : 'py-1.5 pr-3 text-left font-normal text-muted'}>{name}</th>
      <td className="py-1.5 pr-3 text-right">{percentText(accuracy)}%</td>
      <td className="py-1.5 pr-3 text-right text-xs font-normal whitespace-nowrap text-muted">{intervalText(interval)}</td>
      <td className="hidden w-40 py-1.5 sm:table-cell"><IntervalWhisker accuracy={accuracy} interval={interval} chance={chance} /></td>
    </tr>
  )
}

const pointsText = (difference: number): string => `${difference < 0 ? '−' : '+'}${Math.abs(difference * 100).toFixed(1)}`

/** The ensemble beside its members, and whether it is really better than the best of them. */
function EnsembleResult({ result, chance }: { result: EnsembleView; chance: number }) {
  const { accuracy, interval, members, overBest, images } = result
  return (
    <div aria-live="polite">
      <table className="w-full tabular-nums" aria-label="Test accuracy of the ensemble and its members">
        <tbody>
          <ScoreRow name={`Ensemble of ${members.length}`} accuracy={accuracy} interval={interval} chance={chance} strong />
          {members.map((member) => <ScoreRow key={member.trialId} name={`${member.modelName}, seed ${member.seed}`} accuracy={member.accuracy} interval={member.interval} chance={chance} />)}
        </tbody>
      </table>
      <p className="mt-2 text-sm">
        <b className="font-semibold tabular-nums">{pointsText(overBest.difference)} points</b> against its best member (95%: {pointsText(overBest.interval[0])} to {pointsText(overBest.interval[1])}):{' '}
        {overBest.tied ? 'the test images cannot tell them apart.' : overBest.difference > 0 ? 'a real gain.' : 'really worse.'}
      </p>
      <p className="mt-1 text-xs text-muted">
        Mean of the members’ probabilities on {countText(images)} test images, with the 95% interval. Members that were chosen for their test accuracy make it look a little better than it is.
      </p>
    </div>
  )
}

/** Chooses trials of one dataset and tells how they do together, from the predictions that they stored. */
export function EnsembleDialog({ dataset, classes, candidates, onClose }: { dataset: string; classes: number; candidates: readonly EnsembleCandidate[]; onClose: () => void }) {
  const trpc = useTRPC()
  // The best trial of each model, three at most: different models err differently.
  const [chosen, setChosen] = useState<readonly string[]>(() => candidates.filter((one, index) => candidates.findIndex(({ model }) => model === one.model) === index).slice(0, 3).map(({ id }) => id))
  const [asked, setAsked] = useState<readonly string[] | null>(null)
  const result = useQuery(trpc.ensemble.evaluate.queryOptions(asked === null ? skipToken : { trialIds: [...asked] }, { staleTime: Infinity, retry: false }))
  const isAsked = asked !== null && asked.length === chosen.length && asked.every((id) => chosen.includes(id))
  return (
    <Dialog title={`Ensemble on ${dataset}`} onClose={onClose} size="medium">
      <form
        className="space-y-4 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(candidates.filter(({ id }) => chosen.includes(id)).map(({ id }) => id))
        }}
      >
        <fieldset>
          <legend className="mb-1.5 text-xs text-muted">Trials whose probabilities are averaged, by test accuracy</legend>
          <ul className="max-h-56 space-y-0.5 overflow-y-auto">
            {candidates.map(({ id, model, seed, accuracy }) => (
              <li key={id} className="flex items-center gap-3 rounded-md px-1 hover:bg-hover">
                <label className="flex min-h-8 min-w-0 flex-1 items-center gap-2 text-sm">
                  <input type="checkbox" className="size-4 shrink-0 accent-accent" checked={chosen.includes(id)} disabled={!chosen.includes(id) && chosen.length >= mostMembers} onChange={(event) => setChosen(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))} />
                  <span className="min-w-0 flex-1 truncate">{model} <span className="text-muted">· seed {seed}</span></span>
                  <span className="tabular-nums">{percentText(accuracy)}%</span>
                </label>
                <Link href={`/trials/${id}`} className="text-xs text-accent hover:underline" aria-label={`Open ${model}, seed ${seed}`}>Open</Link>
              </li>
            ))}
          </ul>
        </fieldset>
        {!isAsked && (
          <div className="flex flex-wrap items-center justify-end gap-3">
            <span className="text-xs text-faint">{chosen.length < 2 ? 'Choose at least two.' : `${chosen.length} chosen`}</span>
            <Button type="submit" look="primary" disabled={chosen.length < 2}>Evaluate as ensemble</Button>
          </div>
        )}
        {isAsked && result.isPending && <Skeleton className="h-32" />}
        {isAsked && result.isError && <ErrorNote error={result.error} />}
        {isAsked && result.data !== undefined && (
          <>
            <EnsembleResult result={result.data} chance={1 / classes} />
            <div>
              <p className="mb-1.5 text-xs text-muted">The same for new images, on the command line</p>
              <CommandLine command={`npx graft predict ${result.data.members.map(({ trialId }) => `--trial ${trialId}`).join(' ')} photo.jpg`} />
            </div>
          </>
        )}
      </form>
    </Dialog>
  )
}
