import type { SweepForecast } from '@graft/contracts/sweep-results'
import { bytesText } from '../../format/bytes.ts'
import { countText, shortCountText } from '../../format/count.ts'
import { durationText } from '../../format/duration.ts'

const errorText = (error: number | null): string => (error === null ? '–' : `${error > 0 ? '+' : ''}${Math.round(error * 100)}%`)
const shown = (value: number | null | undefined, text: (value: number) => string): string => (value == null ? '–' : text(value))

/** What was foreseen when the sweep was launched, beside what came. */
export function ForecastTable({ forecast: { forecast, actual, error } }: { forecast: SweepForecast }) {
  const rows: [name: string, foreseen: string, came: string, error: string][] = [
    ['Trials', countText(forecast.trials), shown(actual?.trials, countText), ''],
    ['From launch to end', durationText(forecast.seconds), shown(actual?.seconds, durationText), errorText(error?.seconds ?? null)],
    ['Training, over workers', durationText(forecast.workSeconds), shown(actual?.workSeconds, durationText), errorText(error?.workSeconds ?? null)],
    ['Images seen', shortCountText(forecast.images), shown(actual?.images, shortCountText), errorText(error?.images ?? null)],
    ['Storage', bytesText(forecast.disk.storageBytes), shown(actual?.storageBytes, bytesText), errorText(error?.storageBytes ?? null)],
    ['Memory of a trial', shown(forecast.memoryBytes, bytesText), shown(actual?.memoryBytes, bytesText), errorText(error?.memoryBytes ?? null)],
  ]
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Forecast beside actual">
      <table className="w-full text-left text-xs tabular-nums">
        <thead className="text-muted">
          <tr><th scope="col" className="py-1 pr-4 font-medium"><span className="sr-only">What</span></th><th scope="col" className="py-1 pr-4 text-right font-medium">Forecast</th><th scope="col" className="py-1 pr-4 text-right font-medium">Actual</th><th scope="col" className="py-1 text-right font-medium">Error</th></tr>
        </thead>
        <tbody>
          {rows.map(([name, foreseen, came, off]) => (
            <tr key={name}><th scope="row" className="border-t py-1.5 pr-4 font-normal text-muted">{name}</th><td className="border-t py-1.5 pr-4 text-right">{foreseen}</td><td className="border-t py-1.5 pr-4 text-right font-medium">{came}</td><td className="border-t py-1.5 text-right">{off}</td></tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-xs text-faint">Foreseen {forecast.basis === 'measured' ? 'from what earlier trials took' : 'from the size of the models: nothing like it was measured before'}, with {forecast.workers} {forecast.workers === 1 ? 'worker' : 'workers'}.{actual === null && ' What came is told at the end.'}</p>
    </div>
  )
}
