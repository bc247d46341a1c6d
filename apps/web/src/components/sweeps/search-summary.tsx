import type { SweepSearch } from '@graft/contracts/sweep-search'
import { isLogarithmic, parameterBounds, type Parameter } from '@graft/contracts/search-space'
import { methodNames, stoppingNames } from '../search/method-names.ts'
import { objectiveName } from './plots/sweep-columns.ts'
import { shortValue } from '../plots/axis-scale.ts'
import { numberText } from '../../format/number.ts'

function spreadText(parameter: Parameter): string {
  if ('value' in parameter) return shortValue(parameter.value)
  if ('values' in parameter) return parameter.values.map(shortValue).join(', ')
  const [min, max] = parameterBounds(parameter)
  const words = parameter.distribution === 'int_uniform' ? 'whole numbers' : 'q' in parameter ? `steps of ${numberText(parameter.q)}` : ''
  const mean = 'mu' in parameter ? `normal about ${numberText(isLogarithmic(parameter) ? Math.exp(parameter.mu) : parameter.mu)}` : ''
  return [`${numberText(min)} to ${numberText(max)}`, mean, words, isLogarithmic(parameter) ? 'logarithmic' : ''].filter(Boolean).join(', ')
}

const stoppingText = ({ stopping }: SweepSearch): string => (stopping === undefined ? 'never stops a trial early' : `stops early by ${stoppingNames[stopping.kind]}`)

/** What a search does: its space, its method, what it optimizes. */
export function SearchSummary({ search }: { search: SweepSearch }) {
  const { space, method, objective, seed } = search
  return (
    <div className="space-y-3 text-sm">
      <p className="text-muted">
        <span className="text-ink">{methodNames[method]}</span>, {objective.goal === 'maximize' ? 'the highest' : 'the lowest'} {objectiveName(objective.metric)}, {stoppingText(search)}, seed {seed}{search.warmStart !== undefined && search.warmStart.length > 0 && `, starts from ${search.warmStart.length} earlier ${search.warmStart.length === 1 ? 'sweep' : 'sweeps'}`}
      </p>
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
        {Object.entries(space.parameters).map(([name, parameter]) => (
          <div key={name} className="min-w-0">
            <dt className="font-mono text-2xs text-faint wrap-anywhere">{name}</dt>
            <dd className="tabular-nums wrap-anywhere">
              {spreadText(parameter)}
              {parameter.when !== undefined && <span className="text-xs text-muted"> · only where {parameter.when.parameter} is {parameter.when.in.map(shortValue).join(' or ')}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {space.constraints !== undefined && <ul className="space-y-0.5 font-mono text-xs text-muted">{space.constraints.map((constraint) => <li key={constraint}>{constraint}</li>)}</ul>}
    </div>
  )
}
