import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '../ui/class-names.ts'

export interface Choice {
  value: string
  title: string
  note: ReactNode
  disabled?: boolean
  why?: string | null
  picture?: ReactNode
}

/** Several of many, as a list of boxes to tick. */
export function ChoiceList({ legend, choices, chosen, onChange, error }: { legend: string; choices: readonly Choice[]; chosen: readonly string[]; onChange: (chosen: string[]) => void; error?: string | undefined }) {
  const able = choices.filter(({ disabled }) => !disabled).map(({ value }) => value)
  const all = able.length > 0 && able.every((value) => chosen.includes(value))
  return (
    <fieldset aria-invalid={error !== undefined || undefined} className="min-w-0">
      {/* A legend names its group only as a direct child; floating puts it in line with what follows. */}
      <legend className="float-left mr-3 text-sm font-semibold tracking-tight">{legend}</legend>
      <div className="mb-2 flex min-h-5 items-center gap-3">
        <span className="text-xs text-muted tabular-nums">{chosen.length} chosen</span>
        {able.length > 1 && (
          <button type="button" onClick={() => onChange(all ? [] : able)} className="ml-auto text-xs text-muted hover:text-ink hover:underline">
            {all ? 'None' : 'All'}
          </button>
        )}
      </div>
      <div className="clear-both grid gap-1.5 sm:grid-cols-2">
        {choices.map((choice) => {
          const ticked = chosen.includes(choice.value)
          return (
            <label
              key={choice.value}
              title={choice.why ?? undefined}
              className={classNames(
                'flex min-w-0 items-center gap-3 rounded-md border px-3 py-2 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent',
                choice.disabled ? 'cursor-not-allowed bg-sunken text-faint' : ticked ? 'cursor-pointer border-accent bg-accent-soft' : 'cursor-pointer bg-raised hover:bg-hover',
              )}
            >
              <input
                type="checkbox"
                className="sr-only"
                checked={ticked}
                disabled={choice.disabled}
                onChange={() => onChange(ticked ? chosen.filter((value) => value !== choice.value) : [...chosen, choice.value])}
              />
              <span aria-hidden className={classNames('grid size-4 shrink-0 place-items-center rounded border', ticked ? 'border-accent bg-accent text-accent-ink' : 'border-line-strong')}>
                {ticked && <Check size={12} strokeWidth={3} />}
              </span>
              {choice.picture}
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{choice.title}</span>
                <span className="line-clamp-2 text-2xs text-muted">{choice.note}</span>
              </span>
            </label>
          )
        })}
      </div>
      {error !== undefined && (
        <p role="alert" className="mt-1.5 text-xs text-danger">
          {error}
        </p>
      )}
    </fieldset>
  )
}
