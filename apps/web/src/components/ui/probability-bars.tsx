import { probabilityText } from '../../format/accuracy.ts'
import { classNames } from './class-names.ts'

/** Classes with their probabilities as bars, in the order given; the first is strong. */
export function ProbabilityBars({ classes, dense = false }: { classes: readonly { className: string; probability: number }[]; dense?: boolean }) {
  return (
    <ol className={dense ? 'space-y-0.5' : 'space-y-1.5'}>
      {classes.map(({ className, probability }, place) => (
        <li key={`${place} ${className}`} className={classNames('relative flex items-baseline gap-2 overflow-hidden rounded px-1.5 tabular-nums', dense ? 'text-2xs leading-4.5' : 'text-sm leading-7')}>
          <span aria-hidden className={classNames('absolute inset-y-0 left-0 rounded', place === 0 ? 'bg-accent/25' : 'bg-ink/8')} style={{ width: `${probability * 100}%` }} />
          <span className={classNames('relative min-w-0 flex-1 truncate', place === 0 && 'font-medium')} title={className}>
            {className}
          </span>
          <span className="relative text-muted">{probabilityText(probability)}</span>
        </li>
      ))}
    </ol>
  )
}
