'use client'
import type { Recipe } from '@graft/contracts/recipe'
import type { DatasetSummary, ModelView } from '@graft/contracts/views'
import { useMutation } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { readFailure } from '../../failure/read-failure.ts'
import { countText, shortCountText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'
import { AugmentationFields } from './augmentation-fields.tsx'
import { readAugmentation } from './augmentation-form.ts'
import { AugmentationPreview } from './augmentation-preview.tsx'
import { ChoiceList } from './choice-list.tsx'
import { EstimateLine } from './estimate-line.tsx'
import { RecipeFields } from './recipe-fields.tsx'
import { formOfRecipe, launchFieldOf, readLaunch, type LaunchErrors, type LaunchForm as Form } from './recipe-form.ts'

const datasetChoice = (dataset: DatasetSummary) => ({
  value: dataset.name,
  title: dataset.name,
  note: `${dataset.classes.length} classes · ${countText(dataset.images)} images`,
  picture: dataset.samples[0] === undefined ? undefined : <Thumbnail sha256={dataset.samples[0].sha256} alt="" className="size-8 shrink-0 rounded" />,
})
const weightsNote = ({ fetchFailure, availability }: ModelView) => (fetchFailure !== null ? ' · could not be fetched before' : availability.state === 'downloadable' ? ' · fetched on first use' : '')
const modelChoice = (model: ModelView) => ({
  value: model.id,
  title: model.name,
  note: model.availability.state === 'unavailable' ? 'no weights here' : `${shortCountText(model.parameters)} parameters · ${model.trainedOn ?? 'from scratch'}${weightsNote(model)}`,
  disabled: model.availability.state === 'unavailable',
  why: model.fetchFailure?.error.message ?? model.availability.reason,
})

/** Errors of the server belong to a field where it names one of the form. */
function serverErrors(error: unknown): LaunchErrors {
  const { field, message } = readFailure(error)
  const place = field === undefined ? undefined : launchFieldOf(field)
  return place === undefined ? {} : { [place]: message }
}

/** Datasets, models, a recipe and seeds; what it would cost; launch. */
export function LaunchForm({ datasets, models, presets, initial }: { datasets: readonly DatasetSummary[]; models: readonly ModelView[]; presets: readonly Recipe[]; initial: { datasets: string[]; models: string[] } }) {
  const trpc = useTRPC()
  const router = useRouter()
  const [preset, setPreset] = useState(presets[0]!)
  const [form, setForm] = useState<Form>({ ...initial, seeds: '0-2', recipe: formOfRecipe(presets[0]!) })
  const [touched, setTouched] = useState(false)
  const create = useMutation(trpc.sweep.create.mutationOptions({ onSuccess: ({ sweepId }) => router.push(`/sweeps/${sweepId}`) }))
  const change = (part: Partial<Form>) => {
    setForm({ ...form, ...part })
    create.reset()
  }

  const { request, errors: own } = readLaunch(form, preset)
  const augmented = readAugmentation(form.recipe.augmentation, preset.augmentation)
  // Choices nobody has made yet are no errors until launch is pressed.
  const { datasets: noDataset, models: noModel, ...typed } = own
  const errors: LaunchErrors = { ...(touched ? own : typed), ...(create.isError ? serverErrors(create.error) : {}) }
  return (
    <form
      className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start"
      onSubmit={(event) => {
        event.preventDefault()
        setTouched(true)
        if (request !== null) create.mutate(request)
      }}
    >
      <div className="min-w-0 space-y-4">
        <Panel>
          <ChoiceList legend="Datasets" choices={datasets.map(datasetChoice)} chosen={form.datasets} error={errors.datasets} onChange={(chosen) => change({ datasets: chosen })} />
        </Panel>
        <Panel>
          <ChoiceList legend="Models" choices={models.map(modelChoice)} chosen={form.models} error={errors.models} onChange={(chosen) => change({ models: chosen })} />
        </Panel>
        <Panel title="Recipe">
          <RecipeFields
            presets={presets}
            preset={preset}
            form={form.recipe}
            errors={errors}
            onPreset={(name) => {
              const next = presets.find((candidate) => candidate.name === name)!
              setPreset(next)
              change({ recipe: formOfRecipe(next) })
            }}
            onChange={(recipe) => change({ recipe })}
          />
        </Panel>
        <Panel title="Augmentation" note="Random changes of the training images">
          <div className="space-y-4">
            <AugmentationFields form={form.recipe.augmentation} errors={augmented.errors} onChange={(augmentation) => change({ recipe: { ...form.recipe, augmentation } })} />
            {form.recipe.augmentation.isOn && <AugmentationPreview dataset={form.datasets[0]} augmentation={augmented.augmentation} />}
          </div>
        </Panel>
      </div>
      <div className="space-y-4 lg:sticky lg:top-17">
        <Panel title="Launch">
          <div className="space-y-4">
            <TextField label="Seeds" hint="Each combination runs once a seed. Numbers and ranges: 0-2, 7" value={form.seeds} error={errors.seeds} onChange={(event) => change({ seeds: event.target.value })} />
            <EstimateLine request={request} />
            {create.isError && Object.keys(serverErrors(create.error)).length === 0 && <ErrorNote error={create.error} />}
            <Button type="submit" look="primary" className="w-full" disabled={create.isPending || Object.keys(typed).length > 0}>
              <Play aria-hidden size={15} /> {create.isPending ? 'Launching…' : 'Launch'}
            </Button>
            {!touched && (noDataset !== undefined || noModel !== undefined) && <p className="text-xs text-faint">Choose at least one dataset and one model.</p>}
          </div>
        </Panel>
      </div>
    </form>
  )
}
