import { lossSchema } from '@graft/contracts/recipe/loss'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { useDraft, useDraftValue } from './draft-context.tsx'
import { ChoiceInput, GroupError, NumberInput, ValueInput } from './draft-fields.tsx'
import { valueAt } from './draft.ts'
import { FieldGrid, Fold } from './fold.tsx'

const losses = { 'cross-entropy': 'cross-entropy', focal: 'focal', 'binary-cross-entropy': 'binary, one output' }
const weightings = { none: 'all alike', balanced: 'balanced by count', own: 'by class' }

/** A factor for each class that has one, by its name. */
function OwnWeights({ classes }: { classes: readonly string[] }) {
  const { draft, change } = useDraft()
  const [name, setName] = useState('')
  const weights = valueAt(draft, 'classWeights') as Readonly<Record<string, unknown>>
  const missing = classes.filter((known) => !Object.hasOwn(weights, known))
  const add = () => {
    change('classWeights', { ...weights, [name.trim()]: 1 })
    setName('')
  }
  return (
    <div className="space-y-2">
      <ul className="grid gap-2 sm:grid-cols-2">
        {Object.keys(weights).map((known) => (
          <li key={known} className="flex items-end gap-1">
            <div className="min-w-0 flex-1">
              <ClassWeight name={known} />
            </div>
            <Button look="quiet" size="icon" aria-label={`Remove ${known}`} onClick={() => change('classWeights', Object.fromEntries(Object.entries(weights).filter(([other]) => other !== known)))}>
              <X aria-hidden size={15} />
            </Button>
          </li>
        ))}
      </ul>
      <div className="flex items-end gap-2">
        <TextField label="Class" list="recipe-classes" value={name} hint="Classes without a factor count once" onChange={(event) => setName(event.target.value)} />
        <datalist id="recipe-classes">{missing.map((known) => <option key={known} value={known} />)}</datalist>
        <Button size="small" className="mb-6 h-9" disabled={name.trim() === '' || Object.hasOwn(weights, name.trim())} onClick={add}>
          <Plus aria-hidden size={14} /> Add
        </Button>
      </div>
    </div>
  )
}

/** Names of classes may hold dots, so the whole list is written, not a path into it. */
function ClassWeight({ name }: { name: string }) {
  const { draft, change, errors } = useDraft()
  const weights = valueAt(draft, 'classWeights') as Readonly<Record<string, unknown>>
  const path = `classWeights.${name}`
  return <ValueInput name={path} label={name} unset="" value={weights[name]} error={errors[path]} onChange={(value) => change('classWeights', { ...weights, [name]: value ?? '' })} />
}

/** What training makes small, and what each class counts. */
export function LossFields({ classes }: { classes: readonly string[] }) {
  const { draft } = useDraft()
  const { value, change } = useDraftValue('loss')
  const weights = useDraftValue('classWeights')
  const name = String(valueAt(value, 'name') ?? 'cross-entropy')
  const weighting = weights.value === undefined ? 'none' : weights.value === 'balanced' ? 'balanced' : 'own'
  const smoothing = valueAt(draft, 'loss.labelSmoothing')
  const choose = (chosen: string) => change(chosen === 'cross-entropy' && smoothing === undefined ? undefined : lossSchema.parse({ name: chosen, ...(typeof smoothing === 'number' && smoothing < 1 ? { labelSmoothing: smoothing } : {}) }))
  const state = [name === 'cross-entropy' ? 'cross-entropy' : `${name} loss`, smoothing === undefined ? '' : `smoothing ${String(smoothing)}`, weighting === 'none' ? '' : `classes ${weightings[weighting]}`].filter(Boolean).join(', ')
  return (
    <Fold title="Loss and class weights" state={state} paths={['loss', 'classWeights']}>
      <FieldGrid>
        <ChoiceInput path="loss.name" label="Loss" options={losses} unset="cross-entropy" onChoose={choose} hint={name === 'binary-cross-entropy' ? 'For two classes' : undefined} />
        <LabelSmoothing />
        {name === 'focal' && (
          <>
            <NumberInput path="loss.gamma" label="Gamma" unset={2} />
            <NumberInput path="loss.alpha" label="Alpha" unset={0.25} />
          </>
        )}
        <ChoiceInput path="classWeights.kind" label="Classes count" options={weightings} unset={weighting} onChoose={(chosen) => weights.change(chosen === 'none' ? undefined : chosen === 'balanced' ? 'balanced' : {})} />
      </FieldGrid>
      {weighting === 'own' && <OwnWeights classes={classes} />}
      <GroupError path="loss" />
      <GroupError path="classWeights" />
    </Fold>
  )
}

/** Without a loss of its own a recipe has cross-entropy: smoothing writes it down. */
function LabelSmoothing() {
  const { draft, change, errors } = useDraft()
  const loss = valueAt(draft, 'loss') as Readonly<Record<string, unknown>> | undefined
  const onChange = (labelSmoothing: unknown) => {
    const { labelSmoothing: _before, ...rest } = loss ?? { name: 'cross-entropy' }
    change('loss', labelSmoothing !== undefined ? { ...rest, labelSmoothing } : rest.name === 'cross-entropy' ? undefined : rest)
  }
  return <ValueInput name="loss.labelSmoothing" label="Label smoothing" value={loss?.labelSmoothing} error={errors['loss.labelSmoothing']} onChange={onChange} />
}
