import { useId, type ComponentProps, type ReactNode } from 'react'
import { classNames } from './class-names.ts'

export const inputClass =
  'h-9 w-full min-w-0 rounded-md border border-line-strong bg-raised px-2.5 text-sm text-ink tabular-nums placeholder:text-faint hover:border-faint focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-50'

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | undefined
  className?: string
}

function FieldFrame({ id, label, hint, error, className, children }: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className={classNames('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-muted">
        {label}
      </label>
      {children}
      {error !== undefined ? (
        <p id={`${id}-note`} role="alert" className="mt-1 text-xs text-danger">
          {error}
        </p>
      ) : (
        hint !== undefined && (
          <p id={`${id}-note`} className="mt-1 text-xs text-faint">
            {hint}
          </p>
        )
      )}
    </div>
  )
}

/** A labelled input with its error below it. */
export function TextField({ label, hint, error, className, ...input }: FieldProps & ComponentProps<'input'>) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} className={className ?? ''}>
      <input id={id} aria-invalid={error !== undefined || undefined} aria-describedby={`${id}-note`} autoComplete="off" spellCheck={false} className={inputClass} {...input} />
    </FieldFrame>
  )
}

/** A labelled choice. */
export function SelectField({ label, hint, error, className, children, ...select }: FieldProps & ComponentProps<'select'>) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} className={className ?? ''}>
      <select id={id} aria-invalid={error !== undefined || undefined} aria-describedby={`${id}-note`} className={inputClass} {...select}>
        {children}
      </select>
    </FieldFrame>
  )
}
