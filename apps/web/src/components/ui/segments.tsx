import type { KeyboardEvent, ReactNode } from 'react'
import { classNames } from './class-names.ts'

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** A choice of one among a few, side by side; with arrow keys as among radio buttons. */
export function Segments<Value extends string>({ label, value, options, onChange }: { label: string; value: Value; options: readonly { value: Value; text: ReactNode }[]; onChange: (value: Value) => void }) {
  const isNone = !options.some((option) => option.value === value)
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const place = options.findIndex((option) => option.value === value)
    const next = (place + step + options.length) % options.length
    onChange(options[next]!.value)
    event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')[next]?.focus()
  }
  return (
    <div role="radiogroup" aria-label={label} onKeyDown={onKeyDown} className="inline-flex max-w-full items-center gap-0.5 overflow-x-auto rounded-md border bg-sunken p-0.5 hide-scrollbar">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={isNone || option.value === value ? 0 : -1}
          onClick={() => onChange(option.value)}
          className={classNames('h-6.5 rounded-[5px] px-2.5 text-xs font-medium whitespace-nowrap transition-colors', option.value === value ? 'bg-raised text-ink shadow-raised' : 'text-muted hover:text-ink')}
        >
          {option.text}
        </button>
      ))}
    </div>
  )
}
