import { phaseSchema } from '@graft/contracts/recipe'
import { numberText } from '../../format/number.ts'
import { useDraftValue } from './draft-context.tsx'
import { learningRateCurve } from './learning-rate-curve.ts'

const [width, height] = [320, 64]

/** The learning rate of a phase of the draft over its epochs, by the formula that trains. Nothing while the phase cannot be read. */
export function LearningRatePreview({ path }: { path: string }) {
  const { value } = useDraftValue(path)
  const { data: phase } = phaseSchema.safeParse(value)
  if (phase === undefined) return null
  const { schedule, epochs, optimizer } = phase
  const curve = learningRateCurve({ learningRate: optimizer.learningRate, schedule, epochs, drawn: epochs, validationLosses: [] })
  const highest = Math.max(...curve.rates)
  const lowest = Math.min(...curve.rates)
  const points = curve.rates.map((rate, place) => `${((curve.epochs[place]! / epochs) * width).toFixed(1)},${(height - 2 - (rate / highest) * (height - 4)).toFixed(1)}`).join(' ')
  const words = lowest === highest ? `${numberText(highest)} in every epoch` : `${numberText(curve.rates[0]!)} at the start, ${numberText(curve.rates.at(-1)!)} at the end, ${numberText(highest)} at most`
  return (
    <figure className="max-w-xl rounded-md border bg-sunken px-3 pt-2 pb-1.5">
      <figcaption className="mb-1 flex flex-wrap justify-between gap-x-3 text-2xs text-muted tabular-nums">
        <span className="font-medium">Learning rate over {epochs} {epochs === 1 ? 'epoch' : 'epochs'}</span>
        <span>{words}</span>
      </figcaption>
      <svg role="img" aria-label={`Learning rate: ${words}`} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className="block h-16 w-full text-accent">
        <line x1="0" x2={width} y1={height - 1} y2={height - 1} className="stroke-line-strong" vectorEffect="non-scaling-stroke" />
        <polyline points={points} fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
      </svg>
      {schedule?.kind === 'reduce-on-plateau' && <p className="mt-1 text-2xs text-faint">As it would go if the validation loss never fell: how often it falls decides.</p>}
    </figure>
  )
}
