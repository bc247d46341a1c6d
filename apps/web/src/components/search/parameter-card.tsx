import { X } from 'lucide-react'
import { useState } from 'react'
import { readNumber } from '../recipe/draft-fields.tsx'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { conditionOf, isNormal, kindOf, parameterKinds, readValue, readValues, showValue, showValues, withKind, type ParameterDraft, type ParameterKind } from './search-draft.ts'

interface ParameterCardProps {
  name: string
  parameter: ParameterDraft
  /** Of this parameter, by what follows its name. */
  errors: Readonly<Record<string, string>>
  /** The other parameters: what this one may hang on. */
  others: Readonly<Record<string, ParameterDraft>>
  /** What may be chosen, for `dataset` and `model`. */
  choices?: readonly { value: string; text: string }[] | undefined
  onChange: (parameter: ParameterDraft | null) => void
}

/** What was typed stays as typed while it means what is there. */
function useTypedText(value: unknown, read: (text: string) => unknown, show: (value: unknown) => string): [string, (text: string) => void] {
  const [typed, setTyped] = useState('')
  return [JSON.stringify(read(typed)) === JSON.stringify(value) ? typed : show(value), setTyped]
}

function ValuesInput({ label, hint, value, error, onChange }: { label: string; hint?: string; value: unknown; error: string | undefined; onChange: (values: unknown) => void }) {
  const [text, setTyped] = useTypedText(value, readValues, showValues)
  const type = (next: string) => {
    setTyped(next)
    onChange(readValues(next))
  }
  return <TextField className="col-span-full sm:col-span-2" label={label} hint={hint} error={error} value={text} onChange={(event) => type(event.target.value)} />
}

function ValueInput({ value, error, onChange }: { value: unknown; error: string | undefined; onChange: (value: unknown) => void }) {
  const [text, setTyped] = useTypedText(value, readValue, showValue)
  return (
    <TextField
      label="Value"
      error={error}
      value={text}
      onChange={(event) => {
        setTyped(event.target.value)
        onChange(readValue(event.target.value))
      }}
    />
  )
}

function NumberField({ label, value, error, onChange }: { label: string; value: unknown; error: string | undefined; onChange: (value: unknown) => void }) {
  const [text, setTyped] = useTypedText(value, readNumber, (shown) => (shown === undefined ? '' : String(shown)))
  return (
    <TextField
      label={label}
      inputMode="decimal"
      error={error}
      value={text}
      onChange={(event) => {
        setTyped(event.target.value)
        onChange(readNumber(event.target.value))
      }}
    />
  )
}

function ChoiceBoxes({ name, choices, chosen, error, onChange }: { name: string; choices: readonly { value: string; text: string }[]; chosen: readonly unknown[]; error: string | undefined; onChange: (values: string[]) => void }) {
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium text-muted">{name === 'dataset' ? 'Datasets' : 'Models'} to choose from</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {choices.map(({ value, text }) => (
          <label key={value} className="flex min-h-7 items-center gap-2 text-sm">
            <input type="checkbox" className="size-4 accent-accent" checked={chosen.includes(value)} onChange={(event) => onChange(choices.map((choice) => choice.value).filter((one) => (one === value ? event.target.checked : chosen.includes(one))))} />
            {text}
          </label>
        ))}
      </div>
      {error !== undefined && <p role="alert" className="mt-1 text-xs text-danger">{error}</p>}
    </fieldset>
  )
}

function Condition({ parameter, others, error, onChange }: { parameter: ParameterDraft; others: Readonly<Record<string, ParameterDraft>>; error: string | undefined; onChange: (parameter: ParameterDraft) => void }) {
  const condition = conditionOf(parameter)
  const { when: _when, ...free } = parameter
  const choose = (name: string) => {
    const values = others[name]?.values
    onChange(name === '' ? free : { ...free, when: { parameter: name, in: Array.isArray(values) ? values.slice(0, 1) : [] } })
  }
  return (
    <>
      <SelectField label="Only where" value={condition?.parameter ?? ''} onChange={(event) => choose(event.target.value)}>
        <option value="">always</option>
        {Object.keys(others).map((name) => <option key={name} value={name}>{name}</option>)}
      </SelectField>
      {condition !== undefined && <ValuesInput label="is one of" value={condition.in} error={error} onChange={(values) => onChange({ ...free, when: { parameter: condition.parameter, in: values } })} />}
    </>
  )
}

/** One parameter of a search space: how it is spread, between what, and when it exists. */
export function ParameterCard({ name, parameter, errors, others, choices, onChange }: ParameterCardProps) {
  const kind = kindOf(parameter)
  const change = (part: object) => onChange({ ...parameter, ...part })
  const whole = errors['']
  return (
    <section aria-label={`Parameter ${name}`} className="rounded-lg border bg-raised">
      <header className="flex min-h-9 items-center gap-2 pt-1 pr-1 pl-3">
        <h4 className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">{name}</h4>
        <Button look="quiet" size="icon" aria-label={`Take ${name} out of the space`} onClick={() => onChange(null)}><X aria-hidden size={15} /></Button>
      </header>
      <div className="px-3 pt-1 pb-3">
        {choices !== undefined ? (
          <ChoiceBoxes name={name} choices={choices} chosen={Array.isArray(parameter.values) ? (parameter.values as unknown[]) : []} error={errors.values ?? whole} onChange={(values) => change({ values })} />
        ) : (
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            <SelectField label="Is" className="col-span-full sm:col-span-2" value={kind} onChange={(event) => onChange(withKind(parameter, event.target.value as ParameterKind))}>
              {Object.entries(parameterKinds).map(([value, words]) => <option key={value} value={value}>{words}</option>)}
            </SelectField>
            {kind === 'values' && <ValuesInput label="Values" hint="With commas between; JSON for more than a word" value={parameter.values} error={errors.values ?? errors['values.0']} onChange={(values) => change({ values })} />}
            {kind === 'value' && <ValueInput value={parameter.value} error={errors.value} onChange={(value) => change({ value })} />}
            {kind !== 'values' && kind !== 'value' && (
              <>
                {isNormal(kind) && (
                  <>
                    <NumberField label={kind.includes('log') ? 'Mean of the logarithm' : 'Mean'} value={parameter.mu} error={errors.mu} onChange={(mu) => change({ mu })} />
                    <NumberField label="Deviation" value={parameter.sigma} error={errors.sigma} onChange={(sigma) => change({ sigma })} />
                  </>
                )}
                <NumberField label="From" value={parameter.min} error={errors.min} onChange={(min) => change({ min })} />
                <NumberField label="To" value={parameter.max} error={errors.max} onChange={(max) => change({ max })} />
                {kind.startsWith('q_') && <NumberField label="Step" value={parameter.q} error={errors.q} onChange={(q) => change({ q })} />}
              </>
            )}
            {Object.keys(others).length > 0 && <Condition parameter={parameter} others={others} error={errors['when.in'] ?? errors['when.parameter']} onChange={onChange} />}
          </div>
        )}
        {choices === undefined && whole !== undefined && <p role="alert" className="mt-2 text-xs text-danger">{whole}</p>}
      </div>
    </section>
  )
}
