import type { Recipe } from '@graft/contracts/recipe'
import type { PhaseSummary, TrialSummary, ViewCost } from '@graft/contracts/trial'
import { percentText } from '../../format/accuracy.ts'
import { countText, quantityText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'
import { unfreezeText } from '../recipe/recipe-words.ts'
import { Figure } from '../ui/figure.tsx'
import { Panel } from '../ui/panel.tsx'

/** What the cached augmented views of a frozen network cost. */
function Views({ views }: { views: ViewCost }) {
  const { count, images, computed, reused, seconds, secondsSaved } = views
  return (
    <p className="text-xs text-muted tabular-nums">
      <b className="font-semibold text-ink">{count} augmented views</b> of each of {quantityText(images, 'image')}: {countText(computed)} computed in {durationText(seconds)}
      {reused > 0 && `, ${countText(reused)} reused, which saved ${durationText(secondsSaved)}`}.
    </p>
  )
}

function PhaseItem({ phase, planned, number }: { phase: PhaseSummary; planned: Recipe['phases'][number] | undefined; number: number }) {
  const stopped = planned !== undefined && phase.epochs < planned.epochs
  return (
    <li className="space-y-2.5 px-4 py-3">
      <h3 className="flex items-center gap-2 text-sm font-medium">
        <span aria-hidden className="grid size-5 place-items-center rounded-full bg-accent-soft text-2xs font-semibold text-accent">{number}</span>
        {phase.kind === 'fine-tuning' ? 'Fine-tuning' : 'Head on frozen features'}
        {planned?.kind === 'fine-tuning' && <span className="text-xs font-normal text-muted">{unfreezeText(planned.unfreeze)}</span>}
      </h3>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Figure name="Epochs" remark={stopped ? `of ${planned.epochs}: stopped early` : undefined}>{phase.epochs}</Figure>
        <Figure name="Best epoch">{phase.bestEpoch}</Figure>
        <Figure name="Validation accuracy" remark={phase.validationLoss === null ? undefined : `loss ${phase.validationLoss.toFixed(3)}`}>{phase.validationAccuracy === null ? '–' : `${percentText(phase.validationAccuracy)}%`}</Figure>
        <Figure name="Time">{durationText(phase.seconds)}</Figure>
      </dl>
      {phase.plan !== undefined && <p className="text-xs text-muted wrap-anywhere">{phase.plan}</p>}
      {phase.views !== undefined && <Views views={phase.views} />}
    </li>
  )
}

/** What each phase came to, what the planner chose for it and why, and what augmented views cost. Nothing where there is nothing to tell beyond the score. */
export function PhasePanel({ summary, recipe }: { summary: TrialSummary; recipe: Recipe }) {
  const { phases = [] } = summary
  if (phases.length < 2 && phases.every(({ plan, views }) => plan === undefined && views === undefined)) return null
  return (
    <Panel title="Phases" flush>
      <ol className="divide-y">
        {phases.map((phase, index) => (
          <PhaseItem key={index} phase={phase} planned={recipe.phases[index]} number={index + 1} />
        ))}
      </ol>
    </Panel>
  )
}
