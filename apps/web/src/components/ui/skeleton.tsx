import { classNames } from './class-names.ts'

/** A block where something will be. Size it with classes. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={classNames('shimmer rounded-md', className)} />
}

/** Rows of a table or list that is on its way. */
export function SkeletonRows({ rows = 4, className = 'h-10' }: { rows?: number; className?: string }) {
  return (
    <div role="status" aria-label="Loading" className="space-y-2">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} className={className} />
      ))}
    </div>
  )
}
