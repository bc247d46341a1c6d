import type { ReactNode } from 'react'

/** One number with its name above it and a remark below. */
export function Figure({ name, children, remark }: { name: string; children: ReactNode; remark?: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="mt-0.5 text-lg font-semibold tracking-tight tabular-nums wrap-anywhere">{children}</dd>
      {remark !== undefined && <dd className="text-xs text-muted tabular-nums">{remark}</dd>}
    </div>
  )
}
