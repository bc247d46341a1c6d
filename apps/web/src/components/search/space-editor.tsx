'use client'
import type { Recipe } from '@graft/contracts/recipe'
import { Plus } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { inputClass } from '../ui/field.tsx'
import { constraintErrors } from './constraint-errors.ts'
import { FieldTree } from './field-tree.tsx'
import { ParameterCard } from './parameter-card.tsx'
import { recipeFields } from './recipe-fields.ts'
import { constraintsOf, parameterErrors, parameterFor, parametersOf, withConstraints, withParameter, type SearchDraft } from './search-draft.ts'

export interface TargetChoices {
  dataset: readonly { value: string; text: string }[]
  model: readonly { value: string; text: string }[]
}

interface SpaceEditorProps {
  draft: SearchDraft
  errors: Readonly<Record<string, string>>
  recipe: Recipe
  targets: TargetChoices
  onChange: (draft: SearchDraft) => void
}

function Constraints({ draft, names, onChange }: { draft: SearchDraft; names: readonly string[]; onChange: (draft: SearchDraft) => void }) {
  const id = useId()
  const constraints = constraintsOf(draft)
  const [typed, setTyped] = useState(constraints.join('\n'))
  const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean)
  const text = JSON.stringify(lines(typed)) === JSON.stringify(constraints) ? typed : constraints.join('\n')
  const errors = constraintErrors(constraints, names)
  const wrong = Object.entries(errors)
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-muted">Constraints</label>
      <textarea
        id={id}
        rows={Math.max(2, text.split('\n').length)}
        spellCheck={false}
        placeholder="head.dense.0.units * phases.0.batchSize <= 65536"
        value={text}
        aria-invalid={wrong.length > 0 || undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          setTyped(event.target.value)
          onChange(withConstraints(draft, lines(event.target.value)))
        }}
        className={classNames(inputClass, 'block h-auto resize-y py-1.5 font-mono text-xs leading-5')}
      />
      <div id={`${id}-note`} className="mt-1 text-xs">
        {wrong.length === 0 ? (
          <p className="text-faint">{constraints.length === 0 ? 'One comparison a line, of parameters by their names. Configurations that do not meet them all are not tried.' : `${constraints.length === 1 ? 'The constraint' : `All ${constraints.length} constraints`} can be read.`}</p>
        ) : (
          <ul role="alert" className="space-y-0.5 text-danger">{wrong.map(([place, message]) => <li key={place}>{message}</li>)}</ul>
        )}
      </div>
    </div>
  )
}

/** The parameters of a search, chosen from the recipe's fields, and the constraints between them. */
export function SpaceEditor({ draft, errors, recipe, targets, onChange }: SpaceEditorProps) {
  const [isChoosing, setChoosing] = useState(false)
  const parameters = parametersOf(draft)
  const names = Object.keys(parameters)
  const fields = useMemo(() => recipeFields(recipe), [recipe])
  const others = (name: string) => Object.fromEntries(Object.entries(parameters).filter(([other]) => other !== name))
  const target = (name: string) => (name === 'dataset' || name === 'model' ? targets[name] : undefined)
  return (
    <div className="space-y-3">
      {names.map((name) => (
        <ParameterCard key={name} name={name} parameter={parameters[name]!} errors={parameterErrors(errors, name)} others={others(name)} choices={target(name)} onChange={(parameter) => onChange(withParameter(draft, name, parameter))} />
      ))}
      {errors.space !== undefined && names.length === 0 && <p className="text-xs text-muted">{errors.space}</p>}
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={() => setChoosing(true)}><Plus aria-hidden size={14} /> Parameter of the recipe</Button>
        {(['dataset', 'model'] as const).map((name) => parameters[name] === undefined && (
          <Button key={name} look="quiet" size="small" onClick={() => onChange(withParameter(draft, name, { values: targets[name].map(({ value }) => value).slice(0, 2) }))}><Plus aria-hidden size={14} /> {name === 'dataset' ? 'Dataset' : 'Model'}</Button>
        ))}
      </div>
      {names.length > 1 && <Constraints draft={draft} names={names} onChange={onChange} />}
      {isChoosing && (
        <FieldTree
          fields={fields}
          used={new Set(names)}
          onClose={() => setChoosing(false)}
          onChoose={(field) => {
            setChoosing(false)
            onChange(withParameter(draft, field.path, parameterFor(field)))
          }}
        />
      )}
    </div>
  )
}
