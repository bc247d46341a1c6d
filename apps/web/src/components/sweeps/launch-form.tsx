'use client'
import { canonicalJson, type Recipe } from '@graft/contracts/recipe'
import type { DatasetSummary, ModelView } from '@graft/contracts/views'
import { keepPreviousData, skipToken, useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useDeferredValue, useMemo, useState } from 'react'
import { countText, shortCountText } from '../../format/count.ts'
import { useTRPC } from '../../trpc/client.tsx'
import { AugmentationFields, augmentationOf } from '../recipe/augmentation-fields.tsx'
import { DraftProvider } from '../recipe/draft-context.tsx'
import { draftOf, withValue } from '../recipe/draft.ts'
import { RecipeEditor } from '../recipe/recipe-editor.tsx'
import { SearchPanel } from '../search/search-panel.tsx'
import type { SearchDraft } from '../search/search-draft.ts'
import type { TargetChoices } from '../search/space-editor.tsx'
import { classNames } from '../ui/class-names.ts'
import { Panel } from '../ui/panel.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'
import { AugmentationPreview } from './augmentation-preview.tsx'
import { ChoiceList } from './choice-list.tsx'
import { LaunchPanel } from './launch-panel.tsx'
import { isSearched, readLaunch, refusedField, type LaunchErrors, type LaunchForm as Form } from './launch-request.ts'
import { SweepTextEditor } from './sweep-text-editor.tsx'

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
  /** What stands in the form at first: choices of the page's address, or a sweep to launch one like. */
  initial: Partial<Form> & Pick<Form, 'datasets' | 'models'>
}

/** What a search may choose of. */
const choicesOf = (datasets: readonly DatasetSummary[], models: readonly ModelView[]): TargetChoices => ({
  dataset: datasets.map(({ name }) => ({ value: name, text: name })),
  model: models.filter(({ availability }) => availability.state !== 'unavailable').map(({ id, name }) => ({ value: id, text: name })),
})

/** Datasets, models, a recipe, a search and seeds, as a form and as text; what it would cost; launch. */
export function LaunchForm({ datasets, models, presets, initial }: LaunchFormProps) {
  const trpc = useTRPC()
  const router = useRouter()
  const [preset, setPreset] = useState(presets[0]!)
  const [form, setForm] = useState<Form>(() => ({ name: '', seeds: '0-2', recipe: draftOf(presets[0]!), search: null, priority: 0, ...initial }))
  const [aside, setAside] = useState<SearchDraft | null>(null)
  const [touched, setTouched] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [isBeside, setBeside] = useState(false)
  const create = useMutation(trpc.sweep.create.mutationOptions({ onSuccess: ({ sweepId }) => router.push(`/sweeps/${sweepId}`) }))
  const change = (part: Partial<Form>) => {
    setForm({ ...form, ...part })
    create.reset()
  }

  const { request, errors: own, recipe } = useMemo(() => readLaunch(form, presets), [form, presets])
  const asked = useDeferredValue(request)
  const estimate = useQuery(trpc.sweep.estimate.queryOptions(asked ?? skipToken, { placeholderData: keepPreviousData }))
  // Choices nobody has made yet are no errors until launch is pressed.
  const { datasets: noDataset, models: noModel, ...typed } = own
  const refusal = [create.error, asked === null ? null : estimate.error].find((error) => error !== null)
  const refused = refusal === undefined ? null : refusedField(refusal)
  const errors = mergeErrors(touched ? own : typed, refused)
  const classes = useMemo(() => [...new Set(datasets.filter(({ name }) => form.datasets.includes(name)).flatMap((dataset) => dataset.classes))], [datasets, form.datasets])
  const targets = useMemo(() => choicesOf(datasets, models), [datasets, models])
  const onDraft = (path: string, value: unknown) => change({ recipe: withValue(form.recipe, path, value) })
  const searched = (name: 'dataset' | 'model') => isSearched(form, name)
  return (
    <form
      className={classNames('grid gap-4 lg:items-start', isBeside ? 'lg:grid-cols-[minmax(0,1fr)_minmax(24rem,2fr)] xl:grid-cols-[minmax(0,3fr)_minmax(28rem,2fr)]' : 'lg:grid-cols-[minmax(0,1fr)_20rem]')}
      onSubmit={(event) => {
        event.preventDefault()
        setTouched(true)
        if (request !== null && problem === null) create.mutate(request)
      }}
    >
      <div className="min-w-0 space-y-4">
        {!searched('dataset') && (
          <Panel>
            <ChoiceList legend="Datasets" choices={datasets.map(datasetChoice)} chosen={form.datasets} error={errors.datasets} onChange={(chosen) => change({ datasets: chosen })} />
          </Panel>
        )}
        {!searched('model') && (
          <Panel>
            <ChoiceList legend="Models" choices={models.map(modelChoice)} chosen={form.models} error={errors.models} onChange={(chosen) => change({ models: chosen })} />
          </Panel>
        )}
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
        <SearchPanel
          search={form.search}
          aside={aside}
          errors={errors.search}
          recipe={recipe ?? preset}
          targets={targets}
          onChange={(search) => {
            if (search === null) setAside(form.search)
            change({ search })
          }}
        />
      </div>
      <div className="min-w-0 space-y-4 lg:sticky lg:top-17">
        <LaunchPanel
          form={form}
          errors={errors}
          own={own}
          request={request}
          estimate={estimate.data}
          refusal={refusal}
          isPlaced={refused !== null}
          problem={problem}
          isPending={create.isPending}
          isIncomplete={!touched && (noDataset !== undefined || noModel !== undefined)}
          isBeside={isBeside}
          onBeside={(next) => {
            setBeside(next)
            setProblem(null)
          }}
          onChange={change}
        />
        {isBeside && <Panel><SweepTextEditor form={form} onReplace={change} onProblem={setProblem} /></Panel>}
      </div>
    </form>
  )
}
