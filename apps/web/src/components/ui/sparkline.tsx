const [width, height] = [72, 20]

/** A value over time in very little room, 0 at the bottom and 1 at the top; what it says stands beside it. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const step = width / Math.max(1, values.length - 1)
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${(height - 1 - Math.min(1, Math.max(0, value)) * (height - 2)).toFixed(1)}`)
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} className="h-5 w-18 shrink-0 text-accent">
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className="stroke-line" />
      {points.length > 1 ? <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" /> : points.length === 1 && <circle cx="2" cy={points[0]!.split(',')[1]} r="1.5" fill="currentColor" />}
    </svg>
  )
}
