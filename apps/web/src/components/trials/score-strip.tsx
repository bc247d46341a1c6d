import type { TrialSummary } from '@graft/contracts/trial'
import { intervalText, percentText } from '../../format/accuracy.ts'
import { quantityText, shortCountText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'
import { IntervalWhisker } from '../leaderboard/interval-whisker.tsx'
import { Figure } from '../ui/figure.tsx'
import { Panel } from '../ui/panel.tsx'

/** What came out, in one row. */
export function ScoreStrip({ summary, classes }: { summary: TrialSummary; classes: number }) {
  const { test, validation } = summary
  return (
    <Panel>
      <div className="grid grid-cols-2 gap-x-8 gap-y-4 md:grid-cols-4 xl:grid-cols-[minmax(16rem,1.6fr)_repeat(4,minmax(7rem,1fr))]">
        <div className="col-span-full min-w-0 xl:col-span-1">
          <p className="text-xs text-muted">Test accuracy, scored once</p>
          <p className="mt-0.5 flex items-baseline gap-2 tabular-nums">
            <span className="text-3xl font-semibold tracking-tight">{percentText(test.accuracy)}%</span>
            <span className="text-sm text-muted">{intervalText(test.interval)}</span>
          </p>
          <div className="mt-2">
            <IntervalWhisker accuracy={test.accuracy} interval={test.interval} chance={1 / classes} />
          </div>
        </div>
        <dl className="contents">
          <Figure name="Right" remark={`loss ${test.loss.toFixed(3)}`}>{test.correct}<span className="text-sm font-normal text-muted"> of {test.images}</span></Figure>
          <Figure name="Validation accuracy" remark={`${intervalText(validation.interval)} · ${quantityText(validation.images, 'image')}`}>{percentText(validation.accuracy)}%</Figure>
          <Figure name="Best epoch" remark="by validation accuracy">{summary.bestEpoch}<span className="text-sm font-normal text-muted"> of {summary.epochs}</span></Figure>
          <Figure name="Time" remark={`${shortCountText(summary.parameters.trainable)} of ${shortCountText(summary.parameters.total)} parameters trained`}>{durationText(summary.timings.total)}</Figure>
        </dl>
      </div>
    </Panel>
  )
}
