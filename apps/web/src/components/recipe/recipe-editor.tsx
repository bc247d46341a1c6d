import type { Recipe } from '@graft/contracts/recipe'
import { useState } from 'react'
import { TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segments } from '../ui/segments.tsx'
import { DraftProvider } from './draft-context.tsx'
import { LeadingInput } from './draft-fields.tsx'
import { valueAt, withValue, type Draft } from './draft.ts'
import { FieldGrid, Fold } from './fold.tsx'
import { HeadFields } from './head-fields.tsx'
import { LossFields } from './loss-fields.tsx'
import { NetworkFields } from './network-fields.tsx'
import { PhaseFields } from './phase-fields.tsx'
import { PresetCards } from './preset-cards.tsx'
import { RecipeTextEditor } from './recipe-text-editor.tsx'

interface RecipeEditorProps {
  presets: readonly Recipe[]
  draft: Draft
  /** The preset that the draft began with, and whether it trains otherwise by now. */
  preset: Recipe | null
  changed: boolean
  errors: Readonly<Record<string, string>>
  /** The name that the recipe has without one of its own. */
  automaticName: string
  /** Of the datasets that are chosen. */
  classes: readonly string[]
  /** Whether a network that the recipe spells out is chosen. */
  spellsOut: boolean
  onChange: (draft: Draft) => void
  onPreset: (preset: Recipe) => void
  /** A text that cannot be read as a recipe, or null. */
  onProblem: (problem: string | null) => void
}

export function TestTimeFields({ draft }: { draft: Draft }) {
  const views = valueAt(draft, 'testTimeAugmentation.views')
  return (
    <Fold title="Test-time augmentation" state={views === undefined ? 'off' : `mean of ${String(views)} views`} paths={['testTimeAugmentation']}>
      <FieldGrid>
        <LeadingInput group="testTimeAugmentation" field="views" label="Views" hint="2 to 32: the image, its mirror image, then shifted ones" />
      </FieldGrid>
    </Fold>
  )
}

function RecipeForm({ draft, automaticName, error, classes, spellsOut, onChange }: Pick<RecipeEditorProps, 'draft' | 'automaticName' | 'classes' | 'spellsOut' | 'onChange'> & { error: string | undefined }) {
  return (
    <div className="space-y-5">
      <PhaseFields />
      <HeadFields />
      <div>
        <h3 className="mb-1 text-sm font-medium">Advanced</h3>
        <div className="divide-y rounded-lg border bg-raised px-3">
          <LossFields classes={classes} />
          <TestTimeFields draft={draft} />
          {(spellsOut || draft.network !== undefined) && (
            <Fold title="Layers of the custom CNN" state={Array.isArray(draft.network) ? `${draft.network.length} layers` : 'none yet'} paths={['network']}>
              <NetworkFields />
            </Fold>
          )}
        </div>
      </div>
      <TextField label="Name of the recipe" name="name" placeholder={automaticName} value={typeof draft.name === 'string' ? draft.name : ''} error={error} onChange={(event) => onChange(withValue(draft, 'name', event.target.value === '' ? undefined : event.target.value))} />
    </div>
  )
}

/** A recipe to choose and to change: as cards, as a form, or as text. */
export function RecipeEditor(props: RecipeEditorProps) {
  const { presets, draft, preset, changed, errors, onChange, onPreset, onProblem } = props
  const [view, setView] = useState<'form' | 'text'>('form')
  const show = (next: 'form' | 'text') => {
    setView(next)
    onProblem(null)
  }
  return (
    <DraftProvider value={{ draft, errors, change: (path, value) => onChange(withValue(draft, path, value)) }}>
      <Panel title="Recipe" actions={<Segments label="Show the recipe as" value={view} options={[{ value: 'form', text: 'Form' }, { value: 'text', text: 'YAML' }]} onChange={show} />}>
        <div className="space-y-5">
          <PresetCards presets={presets} chosen={preset} changed={changed} onChoose={onPreset} />
          {view === 'form' ? <RecipeForm {...props} error={errors.name} /> : <RecipeTextEditor onReplace={onChange} onProblem={onProblem} />}
        </div>
      </Panel>
    </DraftProvider>
  )
}
