import type { ReactNode } from 'react'

/** A page's frame: title, one line of explanation, actions, content. */
export function Page({ title, note, above, actions, children }: { title: ReactNode; note?: ReactNode; above?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-[1440px] px-4 pt-5 pb-24 sm:px-6 lg:pb-12">
      {above !== undefined && <div className="mb-1 text-xs text-muted">{above}</div>}
      <div className="mb-5 flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-[min(100%,16rem)] flex-1">
          <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
          {note !== undefined && <div className="mt-1 max-w-3xl text-sm text-muted">{note}</div>}
        </div>
        {actions !== undefined && <div className="flex max-w-full min-w-0 flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  )
}
