'use client'
import { X } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { classNames } from './class-names.ts'

const widths = { small: 'max-w-md', medium: 'max-w-xl', wide: 'max-w-5xl' }

/** A modal window: the browser's own dialog, so focus is held inside and Escape closes it. Mount it to open it. */
export function Dialog({ title, onClose, size = 'small', children }: { title: ReactNode; onClose: () => void; size?: keyof typeof widths; children: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className={classNames(
        'm-auto max-h-[92dvh] w-[calc(100vw-2rem)] animate-rise overflow-auto rounded-xl border bg-raised text-ink shadow-overlay max-sm:mb-3',
        widths[size],
      )}
    >
      <header className="sticky top-0 z-10 flex items-center gap-3 border-b bg-raised px-4 py-2.5">
        <h2 id="dialog-title" className="min-w-0 flex-1 truncate font-semibold tracking-tight">
          {title}
        </h2>
        <button type="button" aria-label="Close" onClick={onClose} className="grid size-7 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink">
          <X aria-hidden size={16} />
        </button>
      </header>
      {children}
    </dialog>
  )
}
