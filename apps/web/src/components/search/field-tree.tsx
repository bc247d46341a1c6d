'use client'
import { ChevronRight, Plus } from 'lucide-react'
import { useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { inputClass } from '../ui/field.tsx'
import { shortValue } from '../plots/axis-scale.ts'
import { flatFields, type RecipeField } from './recipe-fields.ts'

function limits({ kind, choices, minimum, maximum, current }: RecipeField): string {
  const range = kind === 'number' || kind === 'integer' ? (minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}` : minimum !== undefined ? `from ${minimum}` : '') : kind === 'choice' ? (choices ?? []).map(shortValue).join(', ') : 'as a whole'
  const now = current === undefined || kind === 'whole' ? '' : `now ${shortValue(current)}`
  return [now, range].filter(Boolean).join(' · ')
}

function FieldButton({ field, onChoose }: { field: RecipeField; onChoose: (field: RecipeField) => void }) {
  return (
    <button type="button" onClick={() => onChoose(field)} className="group flex w-full items-baseline gap-2 rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover">
      <span className="shrink-0 font-medium">{field.label}</span>
      <span className="min-w-0 flex-1 truncate text-2xs text-muted">
        {field.of !== undefined && `of ${field.of.join(', ')} · `}
        {limits(field)}
      </span>
      <Plus aria-hidden size={14} className="shrink-0 self-center text-faint group-hover:text-accent" />
    </button>
  )
}

function Branch({ fields, used, onChoose }: { fields: readonly RecipeField[]; used: ReadonlySet<string>; onChoose: (field: RecipeField) => void }) {
  return (
    <ul>
      {fields
        .filter((field) => field.children.length > 0 || !used.has(field.path))
        .map((field) => (
          <li key={field.path}>
            {field.children.length === 0 ? (
              <FieldButton field={field} onChoose={onChoose} />
            ) : (
              <details>
                <summary className="flex items-center gap-1.5 rounded-md px-2 py-1.5 text-sm select-none hover:bg-hover [&::-webkit-details-marker]:hidden">
                  <ChevronRight aria-hidden size={13} className="shrink-0 text-faint transition-transform [details[open]>summary>&]:rotate-90" />
                  {field.label}
                  <span className="text-2xs text-faint">{field.children.length}</span>
                </summary>
                <div className="ml-3 border-l pl-2">
                  {field.kind === 'whole' && !used.has(field.path) && <FieldButton field={{ ...field, label: `whole ${field.label}` }} onChoose={onChoose} />}
                  <Branch fields={field.children} used={used} onChoose={onChoose} />
                </div>
              </details>
            )}
          </li>
        ))}
    </ul>
  )
}

interface FieldTreeProps {
  fields: readonly RecipeField[]
  /** Paths that are parameters already. */
  used: ReadonlySet<string>
  onChoose: (field: RecipeField) => void
  onClose: () => void
}

/** Everything in a recipe that a search may change, as a tree; or, by a word, as a list. */
export function FieldTree({ fields, used, onChoose, onClose }: FieldTreeProps) {
  const [word, setWord] = useState('')
  const sought = word.trim().toLowerCase()
  const found = sought === '' ? [] : flatFields(fields).filter(({ path, label }) => !used.has(path) && (path.toLowerCase().includes(sought) || label.includes(sought)))
  return (
    <Dialog title="What to search" onClose={onClose}>
      <div className="p-3">
        <input
          type="search"
          aria-label="Find a field"
          placeholder="learning rate, dropout, …"
          autoFocus
          value={word}
          onChange={(event) => setWord(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault() // it would launch: the form is around it
            if (found[0] !== undefined) onChoose(found[0])
          }}
          className={inputClass}
        />
        <div className="mt-2 h-[60dvh] overflow-y-auto">
          {sought === '' ? (
            <Branch fields={fields} used={used} onChoose={onChoose} />
          ) : found.length === 0 ? (
            <p className="px-2 py-4 text-sm text-muted">No field of a recipe is called so.</p>
          ) : (
            found.slice(0, 60).map((field) => <FieldButton key={field.path} field={{ ...field, label: field.path }} onChoose={onChoose} />)
          )}
        </div>
      </div>
    </Dialog>
  )
}
