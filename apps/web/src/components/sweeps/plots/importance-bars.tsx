import type { ParameterImportance } from '@graft/contracts/sweep-results'
import { parameterLabels } from './parameter-labels.ts'

/** Share of the objective's variance that each parameter explains, with its deviation over the forest's trees as a whisker. */
export function ImportanceBars({ importance }: { importance: readonly ParameterImportance[] }) {
  const sorted = importance.toSorted((a, b) => b.importance - a.importance)
  const labels = parameterLabels(sorted.map(({ name }) => name))
  const most = Math.max(0.01, ...sorted.map(({ importance: share, deviation }) => Math.min(1, share + deviation)))
  const width = (share: number) => `${(Math.min(1, Math.max(0, share)) / most) * 100}%`
  return (
    <table className="w-full border-separate border-spacing-y-1.5 text-xs">
      <caption className="sr-only">Importance of parameters: share of the objective’s variance, with standard deviation</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(({ name, importance: share, deviation }) => (
          <tr key={name}>
            <th scope="row" title={name} className="w-32 max-w-32 truncate pr-3 text-left font-medium sm:w-44 sm:max-w-44">
              {labels.get(name)}
            </th>
            <td>
              <span className="flex items-center gap-3">
                <span aria-hidden className="relative h-4 flex-1 rounded-sm bg-sunken">
                  <span className="absolute inset-y-0 left-0 rounded-sm bg-scale" style={{ width: width(share) }} />
                  <span className="absolute top-1/2 border-t border-ink/70" style={{ left: width(share - deviation), width: `calc(${width(share + deviation)} - ${width(share - deviation)})` }} />
                </span>
                <span className="w-24 text-right text-muted tabular-nums">
                  <b className="font-semibold text-ink">{(share * 100).toFixed(1)}%</b> ± {(deviation * 100).toFixed(1)}
                </span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
