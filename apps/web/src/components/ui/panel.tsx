import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** A titled surface: the building block of every page. */
export function Panel({ id, title, note, actions, flush = false, className, children }: { id?: string; title?: ReactNode; note?: ReactNode; actions?: ReactNode; flush?: boolean; className?: string; children: ReactNode }) {
  return (
    <section id={id} className={classNames('min-w-0 scroll-mt-17 overflow-hidden rounded-lg border bg-surface shadow-raised', className)}>
      {title !== undefined && (
        <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2">
          <h2 className="text-sm font-semibold tracking-tight">{title}</h2>
          {note !== undefined && <span className="text-xs text-muted">{note}</span>}
          {actions !== undefined && <div className="ml-auto flex max-w-full min-w-0 flex-wrap items-center justify-end gap-2">{actions}</div>}
        </header>
      )}
      <div className={flush ? '' : 'p-4'}>{children}</div>
    </section>
  )
}
