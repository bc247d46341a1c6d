import { useRef } from 'react'
import { readRamp } from '../../plots/plot-surface.tsx'
import { useThemed } from '../../plots/theme-colours.ts'
import type { SweepColumns } from './sweep-columns.ts'

/** What the colours of the plots mean. */
export function ColourLegend({ columns }: { columns: SweepColumns }) {
  const host = useRef<HTMLSpanElement>(null)
  const colours = useThemed(host, readRamp)
  const { scale } = columns.objective
  const [worst, best] = columns.maximizes ? [0, 1] : [1, 0]
  const ranked = columns.order.filter((trial) => !Number.isNaN(columns.quality[trial]!))
  const middle = ranked.length < 3 ? undefined : columns.objective.places[ranked[ranked.length >> 1]!]
  return (
    <span className="inline-flex items-center gap-2 text-2xs text-muted tabular-nums">
      {scale.text(scale.valueAt(worst))}
      <span className="relative">
        <span ref={host} aria-hidden className="block h-2 w-32 rounded-full bg-surface" style={{ backgroundImage: colours === null ? undefined : `linear-gradient(to right, ${colours.join(', ')})` }} />
        {middle !== undefined && <span title="The median" className="absolute inset-x-0 top-2 text-center leading-3">{scale.text(scale.valueAt(middle))}</span>}
      </span>
      {scale.text(scale.valueAt(best))}
    </span>
  )
}
