import { durationText } from '../../../format/duration.ts'
import { StatePill } from '../../ui/state-pill.tsx'
import { useHoveredTrial, type HoveredTrial } from './hovered-trial.ts'
import { objectiveText, type SweepColumns } from './sweep-columns.ts'

/** The trial under the pointer, in words. Its height is always the same, so that nothing below it jumps. */
export function TrialReadout({ columns, hovered, metric }: { columns: SweepColumns; hovered: HoveredTrial; metric: string }) {
  const trial = useHoveredTrial(hovered)
  const point = trial === null ? undefined : columns.trials[trial]
  return (
    <p className="flex h-12 flex-wrap content-start items-center gap-x-3 gap-y-0.5 overflow-hidden text-xs text-muted tabular-nums">
      {point === undefined ? (
        <span className="text-faint">Point at a line or a dot to read its trial; press it to open the trial.</span>
      ) : (
        <>
          <b className="font-semibold text-ink">{objectiveText(metric, point.objective)}</b>
          <StatePill state={point.state} />
          <span>
            {point.dataset} · {point.model} · seed {point.seed}
            {point.seconds !== null && ` · ${durationText(point.seconds)}`}
          </span>
          {columns.axes
            .filter(({ name }) => name !== 'dataset' && name !== 'model')
            .map(({ name, label, scale, places }) => (
              <span key={name}>
                {label} <span className="text-ink">{Number.isNaN(places[trial!]!) ? '–' : scale.kind === 'categorical' ? (scale.ticks(Number.MAX_SAFE_INTEGER)[scale.valueAt(places[trial!]!)]?.text ?? '') : scale.text(scale.valueAt(places[trial!]!))}</span>
              </span>
            ))}
        </>
      )}
    </p>
  )
}
