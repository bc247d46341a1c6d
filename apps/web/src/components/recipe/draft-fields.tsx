import { useState, type ReactNode } from 'react'
import { SelectField, TextField } from '../ui/field.tsx'
import { useDraftValue } from './draft-context.tsx'
import { withValue } from './draft.ts'

interface DraftFieldProps {
  path: string
  label: string
  hint?: ReactNode
}

/** What was typed, as a number where it is one; nothing typed takes the field away. */
export function readNumber(text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const number = Number(trimmed)
  return Number.isNaN(number) ? trimmed : number
}

const shownText = (value: unknown): string => (value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value))

/** A text that stands for a value: what was typed stays as typed while it means the value that is there. */
function useTyped(value: unknown, read: (text: string) => unknown, show: (value: unknown) => string): [string, (text: string) => void] {
  const [typed, setTyped] = useState('')
  const same = JSON.stringify(read(typed)) === JSON.stringify(value)
  return [same ? typed : show(value), setTyped]
}

interface ValueInputProps {
  name: string
  label: string
  hint?: ReactNode
  value: unknown
  error: string | undefined
  onChange: (value: unknown) => void
  /** What holds while the field is empty. */
  unset?: string | number
}

/** A number, wherever it is kept. */
export function ValueInput({ value, onChange, unset = 'off', ...rest }: ValueInputProps) {
  const [text, setTyped] = useTyped(value, readNumber, shownText)
  const type = (typed: string) => {
    setTyped(typed)
    onChange(readNumber(typed))
  }
  return <TextField {...rest} inputMode="decimal" placeholder={String(unset)} value={text} onChange={(event) => type(event.target.value)} />
}

/** `unset`: what holds while the field is empty. */
export function NumberInput({ path, ...rest }: DraftFieldProps & { unset?: string | number }) {
  const { value, error, change } = useDraftValue(path)
  return <ValueInput name={path} value={value} error={error} onChange={change} {...rest} />
}

/** A number whose group begins with it (then as `start`) and ends where no number of the group is left. */
export function LeadingInput({ group, field, start = {}, ...rest }: { group: string; field: string; label: string; hint?: string; start?: object }) {
  const { value: whole, error: groupError, change } = useDraftValue(group)
  const { value, error } = useDraftValue(`${group}.${field}`)
  const onChange = (next: unknown) => {
    const after = withValue((whole ?? start) as object, field, next)
    change(next === undefined && Object.keys(after).every((key) => Object.hasOwn(start, key)) ? undefined : after)
  }
  return <ValueInput name={`${group}.${field}`} value={value} error={error ?? groupError} onChange={onChange} {...rest} />
}

/** `3` or `3 5`: one number, or one for rows and one for columns. */
export function readPair(text: string): unknown {
  const parts = text.split(/[\sx×,]+/).filter(Boolean)
  return parts.length <= 1 ? readNumber(text) : parts.map(readNumber)
}
const showPair = (value: unknown): string => (Array.isArray(value) ? value.map(shownText).join(' × ') : shownText(value))

export function PairInput({ path, label, hint, unset }: DraftFieldProps & { unset: string | number }) {
  const { value, error, change } = useDraftValue(path)
  const [text, setTyped] = useTyped(value, readPair, showPair)
  const onChange = (typed: string) => {
    setTyped(typed)
    change(readPair(typed))
  }
  return <TextField name={path} label={label} hint={hint} error={error} placeholder={String(unset)} value={text} onChange={(event) => onChange(event.target.value)} />
}

export function TextInput({ path, label, hint, unset = '' }: DraftFieldProps & { unset?: string }) {
  const { value, error, change } = useDraftValue(path)
  return <TextField name={path} label={label} hint={hint} error={error} placeholder={unset} value={shownText(value)} onChange={(event) => change(event.target.value)} />
}

/** `unset`: what holds where the recipe says nothing, and what choosing it writes: nothing. */
export function ChoiceInput({ path, label, hint, options, unset, onChoose }: DraftFieldProps & { options: Readonly<Record<string, string>>; unset?: string; onChoose?: (value: string) => void }) {
  const { value, error, change } = useDraftValue(path)
  const choose = onChoose ?? ((chosen: string) => change(chosen === unset ? undefined : chosen))
  return (
    <SelectField name={path} label={label} hint={hint} error={error} value={value === undefined ? (unset ?? '') : String(value)} onChange={(event) => choose(event.target.value)}>
      {Object.entries(options).map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </SelectField>
  )
}

/** On, or absent; `off`: what stands for off where that is not the absence. */
export function SwitchInput({ path, label, off }: DraftFieldProps & { off?: false }) {
  const { value, change } = useDraftValue(path)
  return (
    <label className="flex min-h-9 items-center gap-2 text-sm">
      <input type="checkbox" name={path} className="size-4 shrink-0 accent-accent" checked={value === true} onChange={(event) => change(event.target.checked ? true : off)} />
      {label}
    </label>
  )
}

/** What is wrong with a whole group of fields. */
export function GroupError({ path }: { path: string }) {
  const { error } = useDraftValue(path)
  return error === undefined ? null : (
    <p role="alert" className="text-xs text-danger">
      {error}
    </p>
  )
}
