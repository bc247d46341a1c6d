import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** A choice of one among a few, side by side. */
export function Segments<Value extends string>({ label, value, options, onChange }: { label: string; value: Value; options: readonly { value: Value; text: ReactNode }[]; onChange: (value: Value) => void }) {
  return (
    <div role="radiogroup" aria-label={label} className="inline-flex max-w-full items-center gap-0.5 overflow-x-auto rounded-md border bg-sunken p-0.5 hide-scrollbar">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          onClick={() => onChange(option.value)}
          className={classNames('h-6.5 rounded-[5px] px-2.5 text-xs font-medium whitespace-nowrap transition-colors', option.value === value ? 'bg-raised text-ink shadow-raised' : 'text-muted hover:text-ink')}
        >
          {option.text}
        </button>
      ))}
    </div>
  )
}
