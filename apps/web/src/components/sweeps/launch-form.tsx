'use client'
import { canonicalJson, type Recipe } from '@graft/contracts/recipe'
import type { DatasetSummary, ModelView } from '@graft/contracts/views'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useDeferredValue, useMemo, useState } from 'react'
import { countText, quantityText, shortCountText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { AugmentationFields, augmentationOf } from '../recipe/augmentation-fields.tsx'
import { DraftProvider } from '../recipe/draft-context.tsx'
import { draftOf, withValue } from '../recipe/draft.ts'
import { RecipeEditor } from '../recipe/recipe-editor.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'
import { AugmentationPreview } from './augmentation-preview.tsx'
import { ChoiceList } from './choice-list.tsx'
import { EstimateLine } from './estimate-line.tsx'
import { readLaunch, refusedField, type LaunchErrors, type LaunchForm as Form } from './launch-request.ts'

const datasetChoice = (dataset: DatasetSummary) => ({
  value: dataset.name,
  title: dataset.name,
  note: `${dataset.classes.length} classes · ${countText(dataset.images)} images`,
  picture: dataset.samples[0] === undefined ? undefined : <Thumbnail sha256={dataset.samples[0].sha256} alt="" className="size-8 shrink-0 rounded" />,
})
const weightsNote = ({ fetchFailure, availability }: ModelView) => (fetchFailure !== null ? ' · could not be fetched before' : availability.state === 'downloadable' ? ' · fetched on first use' : '')
function modelNote(model: ModelView): string {
  if (model.availability.state === 'unavailable') return 'no weights here'
  if (model.architecture === 'custom-cnn') return 'from scratch, layer by layer as the recipe says'
  return `${shortCountText(model.parameters)} parameters · ${model.trainedOn ?? 'from scratch'}${weightsNote(model)}`
}
const modelChoice = (model: ModelView) => ({
  value: model.id,
  title: model.name,
  note: modelNote(model),
  disabled: model.availability.state === 'unavailable',
  why: model.fetchFailure?.error.message ?? model.availability.reason,
})

/** Several sources of errors; the first that speaks of a field is heard. */
function mergeErrors(...all: readonly (LaunchErrors | null)[]): LaunchErrors {
  const start: LaunchErrors = { recipe: {}, search: {} }
  return all.reduceRight<LaunchErrors>((merged, errors) => (errors === null ? merged : { ...merged, ...errors, recipe: { ...merged.recipe, ...errors.recipe }, search: { ...merged.search, ...errors.search } }), start)
}

interface LaunchFormProps {
  datasets: readonly DatasetSummary[]
  models: readonly ModelView[]
  presets: readonly Recipe[]
  initial: { datasets: string[]; models: string[] }
}

/** Datasets, models, a recipe and seeds; what it would cost; launch. */
export function LaunchForm({ datasets, models, presets, initial }: LaunchFormProps) {
  const trpc = useTRPC()
  const router = useRouter()
  const [preset, setPreset] = useState(presets[0]!)
  const [form, setForm] = useState<Form>(() => ({ ...initial, seeds: '0-2', recipe: draftOf(presets[0]!), search: null, priority: 0 }))
  const [touched, setTouched] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const create = useMutation(trpc.sweep.create.mutationOptions({ onSuccess: ({ sweepId }) => router.push(`/sweeps/${sweepId}`) }))
  const change = (part: Partial<Form>) => {
    setForm({ ...form, ...part })
    create.reset()
  }

  const { request, errors: own, recipe } = useMemo(() => readLaunch(form, presets), [form, presets])
  const asked = useDeferredValue(request)
  const estimate = useQuery(trpc.sweep.estimate.queryOptions(asked ?? { datasets: [], models: [], recipe: {} as never, seeds: [] }, { enabled: asked !== null, placeholderData: keepPreviousData }))
  // Choices nobody has made yet are no errors until launch is pressed.
  const { datasets: noDataset, models: noModel, ...typed } = own
  const refusal = [create.error, asked === null ? null : estimate.error].find((error) => error !== null)
  const refused = refusal === undefined ? null : refusedField(refusal)
  const errors = mergeErrors(touched ? own : typed, refused)
  const wrong = Object.keys(own.recipe).length
  const classes = useMemo(() => [...new Set(datasets.filter(({ name }) => form.datasets.includes(name)).flatMap((dataset) => dataset.classes))], [datasets, form.datasets])
  const onDraft = (path: string, value: unknown) => change({ recipe: withValue(form.recipe, path, value) })
  return (
    <form
      className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start"
      onSubmit={(event) => {
        event.preventDefault()
        setTouched(true)
        if (request !== null && problem === null) create.mutate(request)
      }}
    >
      <div className="min-w-0 space-y-4">
        <Panel>
          <ChoiceList legend="Datasets" choices={datasets.map(datasetChoice)} chosen={form.datasets} error={errors.datasets} onChange={(chosen) => change({ datasets: chosen })} />
        </Panel>
        <Panel>
          <ChoiceList legend="Models" choices={models.map(modelChoice)} chosen={form.models} error={errors.models} onChange={(chosen) => change({ models: chosen })} />
        </Panel>
        <RecipeEditor
          presets={presets}
          draft={form.recipe}
          preset={preset}
          changed={recipe === null || canonicalJson({ ...recipe, name: '' }) !== canonicalJson({ ...preset, name: '' })}
          errors={errors.recipe}
          automaticName={recipe?.name ?? preset.name}
          classes={classes}
          spellsOut={models.some(({ id, architecture }) => architecture === 'custom-cnn' && form.models.includes(id))}
          onChange={(draft) => change({ recipe: draft })}
          onPreset={(next) => {
            setPreset(next)
            setProblem(null)
            change({ recipe: draftOf(next) })
          }}
          onProblem={setProblem}
        />
        <DraftProvider value={{ draft: form.recipe, errors: errors.recipe, change: onDraft }}>
          <Panel title="Augmentation" note="Random changes of the training images">
            <div className="space-y-4">
              <AugmentationFields />
              {form.recipe.augmentation !== undefined && <AugmentationPreview dataset={form.datasets[0]} augmentation={augmentationOf(form.recipe.augmentation)} />}
            </div>
          </Panel>
        </DraftProvider>
      </div>
      <div className="space-y-4 lg:sticky lg:top-17">
        <Panel title="Launch">
          <div className="space-y-4">
            <TextField label="Seeds" hint="Each combination runs once a seed. Numbers and ranges: 0-2, 7" value={form.seeds} error={errors.seeds} onChange={(event) => change({ seeds: event.target.value })} />
            {refused !== null ? <p className="text-sm text-danger">Something in the form does not go together: it is marked there.</p> : refusal !== undefined ? <ErrorNote error={refusal} /> : <EstimateLine asked={asked !== null} estimate={estimate.data} fineTunes={recipe?.phases.some(({ kind }) => kind === 'fine-tuning') ?? false} />}
            {(wrong > 0 || problem !== null) && <p className="text-sm text-danger">{problem === null ? `${quantityText(wrong, 'field')} of the recipe ${wrong === 1 ? 'needs' : 'need'} mending.` : 'The text of the recipe cannot be read.'}</p>}
            <Button type="submit" look="primary" className="w-full" disabled={create.isPending || wrong > 0 || own.seeds !== undefined || problem !== null}>
              <Play aria-hidden size={15} /> {create.isPending ? 'Launching…' : 'Launch'}
            </Button>
            {!touched && (noDataset !== undefined || noModel !== undefined) && <p className="text-xs text-faint">Choose at least one dataset and one model.</p>}
          </div>
        </Panel>
      </div>
    </form>
  )
}
