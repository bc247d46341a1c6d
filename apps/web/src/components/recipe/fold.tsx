import { ChevronRight } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useHasError } from './draft-context.tsx'

/** A part that unfolds. Folded it says what it holds; with an error inside it is open. */
export function Fold({ title, state, paths, children }: { title: ReactNode; state: ReactNode; paths: readonly string[]; children: ReactNode }) {
  const [open, setOpen] = useState(false)
  const hasError = useHasError(paths)
  const shown = open || hasError
  return (
    <details open={shown} onToggle={(event) => setOpen(event.currentTarget.open)} className="min-w-0">
      <summary className="flex min-h-9 items-center gap-2 rounded-md py-1.5 text-sm select-none [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden size={14} className="shrink-0 text-faint transition-transform [details[open]>summary>&]:rotate-90" />
        <span className="font-medium">{title}</span>
        <span className="min-w-0 flex-1 truncate text-right text-xs text-muted">{state}</span>
      </summary>
      {shown && <div className="space-y-3 pt-1 pb-4 sm:pl-5.5">{children}</div>}
    </details>
  )
}

/** Fields side by side. */
export function FieldGrid({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-2 gap-3 md:grid-cols-4">{children}</div>
}
