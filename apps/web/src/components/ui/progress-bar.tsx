import { classNames } from './class-names.ts'

/** 0 to 1; null while nobody knows how far. */
export function ProgressBar({ fraction, label, className }: { fraction: number | null; label: string; className?: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={fraction === null ? undefined : Math.round(fraction * 100)}
      className={classNames('h-1.5 overflow-hidden rounded-full bg-running-soft', className)}
    >
      {fraction === null ? (
        <div className="h-full w-1/3 animate-wander rounded-full bg-running" />
      ) : (
        <div className="h-full rounded-full bg-running working transition-[width] duration-500" style={{ width: fraction === 0 ? 0 : `${Math.max(2, fraction * 100)}%` }} />
      )}
    </div>
  )
}
