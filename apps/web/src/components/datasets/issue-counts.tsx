import { CircleX, TriangleAlert } from 'lucide-react'
import { classNames } from '../ui/class-names.ts'
import { issueLook } from './issue-look.ts'

/** How many of each kind of issue an import found. */
export function IssueCounts({ counts }: { counts: Record<string, number> }) {
  const found = Object.entries(counts).filter(([, count]) => count > 0)
  if (found.length === 0) return <p className="text-xs text-muted">Every file was a good image.</p>
  return (
    <ul className="flex flex-wrap gap-1.5">
      {found.map(([kind, count]) => {
        const { name, severity } = issueLook(kind)
        const Icon = severity === 'error' ? CircleX : TriangleAlert
        return (
          <li key={kind} className={classNames('flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs tabular-nums', severity === 'error' ? 'bg-danger-soft text-danger' : 'bg-warning-soft text-warning')}>
            <Icon aria-hidden size={12} /> {name} <b className="font-semibold">{count}</b>
          </li>
        )
      })}
    </ul>
  )
}
