import type { Recipe } from '@graft/contracts/recipe'
import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import { SelectField, TextField } from '../ui/field.tsx'
import { Segments } from '../ui/segments.tsx'
import { recipeNameOf, type LaunchErrors, type RecipeForm } from './recipe-form.ts'

const optimizers: readonly OptimizerRecipe['name'][] = ['RMSprop', 'SGD', 'Adam']

/** A preset to start from, and its fields to change. */
export function RecipeFields({ presets, preset, form, errors, onPreset, onChange }: { presets: readonly Recipe[]; preset: Recipe; form: RecipeForm; errors: LaunchErrors; onPreset: (name: string) => void; onChange: (form: RecipeForm) => void }) {
  const field = (name: Exclude<keyof RecipeForm, 'optimizer' | 'augmentation'>) => ({ value: form[name], error: errors[name], onChange: (event: { target: { value: string } }) => onChange({ ...form, [name]: event.target.value }) })
  return (
    <div className="space-y-4">
      <Segments label="Recipe to start from" value={preset.name} options={presets.map(({ name }) => ({ value: name, text: name }))} onChange={onPreset} />
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3">
        <TextField label="Epochs" inputMode="numeric" {...field('epochs')} />
        <TextField label="Batch size" inputMode="numeric" {...field('batchSize')} />
        <SelectField label="Optimizer" value={form.optimizer} error={errors.optimizer} onChange={(event) => onChange({ ...form, optimizer: event.target.value as OptimizerRecipe['name'] })}>
          {optimizers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <TextField label="Learning rate" inputMode="decimal" {...field('learningRate')} />
        <TextField label="Dense units" placeholder="none" hint="Layers with commas; empty: softmax on the features" {...field('denseUnits')} />
        <TextField label="Dropout" inputMode="decimal" disabled={form.denseUnits.trim() === ''} {...field('dropout')} />
      </div>
      <TextField label="Name of the recipe" placeholder={recipeNameOf({ ...form, name: '' }, preset)} {...field('name')} />
    </div>
  )
}
