import { phaseSchema } from '@graft/contracts/recipe'
import { Plus, X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { useDraft, useDraftValue } from './draft-context.tsx'
import { ChoiceInput, GroupError, NumberInput, TextInput } from './draft-fields.tsx'
import { valueAt } from './draft.ts'
import { FieldGrid, Fold } from './fold.tsx'
import { OptimizerChoice, OptimizerOptions } from './optimizer-fields.tsx'
import { EarlyStoppingFields, ScheduleFields } from './schedule-fields.tsx'

const mostPhases = 4
const boundaries: Readonly<Record<string, string>> = { all: 'all layers', block: 'from a block up', layer: 'from a layer up', index: 'from an index up' }
const startOf: Readonly<Record<string, unknown>> = { all: 'all', block: { block: '' }, layer: { layer: '' }, index: { index: 0 } }

function UnfreezeFields({ path }: { path: string }) {
  const { value, change } = useDraftValue(path)
  const kind = typeof value === 'object' && value !== null ? (Object.keys(value)[0] ?? 'all') : 'all'
  return (
    <>
      <ChoiceInput path={`${path}.kind`} label="Unfreeze" options={boundaries} unset={kind} onChoose={(chosen) => change(startOf[chosen])} />
      {kind === 'block' && <TextInput path={`${path}.block`} label="Block" unset="block5" hint="Of VGG block5, of ResNet50 conv5, of Inception mixed7, of MobileNetV2 block_16" />}
      {kind === 'layer' && <TextInput path={`${path}.layer`} label="Layer" unset="block5_conv1" hint="Keras's name" />}
      {kind === 'index' && <NumberInput path={`${path}.index`} label="Index" unset="" hint="In Keras's model.layers" />}
    </>
  )
}

const statistics = { 'keep-statistics': 'keeps its statistics', 'update-statistics': 'updates its statistics' }

/** What of a phase is off its usual way, in few words. */
function optionWords(phase: unknown): string {
  const schedule = valueAt(phase, 'schedule.kind')
  const words = [
    typeof schedule === 'string' && schedule !== 'constant' ? `${schedule.replaceAll('-', ' ')} rate` : '',
    valueAt(phase, 'earlyStopping') === undefined ? '' : 'stops early',
    valueAt(phase, 'optimizer.averageMomentum') === undefined ? '' : 'averaged weights',
    ['clipNorm', 'globalClipNorm', 'clipValue'].some((key) => valueAt(phase, `optimizer.${key}`) !== undefined) ? 'clipped gradients' : '',
    valueAt(phase, 'batchNormalization') === 'update-statistics' ? 'batch norm updates' : '',
  ].filter(Boolean)
  return words.length === 0 ? 'constant rate, to the last epoch' : words.join(', ')
}

function PhaseCard({ index, count }: { index: number; count: number }) {
  const path = `phases.${index}`
  const { draft, change } = useDraft()
  const phase = valueAt(draft, path)
  const isFineTuning = valueAt(phase, 'kind') === 'fine-tuning'
  const name = isFineTuning ? 'Fine-tuning' : 'Head on frozen features'
  const phases = valueAt(draft, 'phases') as unknown[]
  // The rate that suits a head would tear pretrained weights apart: each kind begins with its own.
  const chooseKind = (kind: string) => change(path, phaseSchema.parse({ kind }))
  return (
    <section aria-label={count > 1 ? `Phase ${index + 1}` : 'Training'} className="rounded-lg border bg-raised">
      <header className="flex min-h-10 items-center gap-2 px-3 pt-1.5">
        {count > 1 && <span className="grid size-5 place-items-center rounded-full bg-accent-soft text-2xs font-semibold text-accent">{index + 1}</span>}
        <h3 className="text-sm font-medium">{name}</h3>
        {count > 1 && (
          <Button look="quiet" size="icon" className="ml-auto" aria-label={`Remove phase ${index + 1}`} onClick={() => change('phases', phases.toSpliced(index, 1))}>
            <X aria-hidden size={15} />
          </Button>
        )}
      </header>
      <div className="space-y-3 px-3 pt-1 pb-1.5">
        {isFineTuning && (
          <FieldGrid>
            <UnfreezeFields path={`${path}.unfreeze`} />
          </FieldGrid>
        )}
        <FieldGrid>
          <NumberInput path={`${path}.epochs`} label="Epochs" unset={20} />
          <NumberInput path={`${path}.batchSize`} label="Batch size" unset={32} />
          <OptimizerChoice path={`${path}.optimizer`} />
        </FieldGrid>
        <Fold title="Options of training" state={optionWords(phase)} paths={[`${path}.optimizer`, `${path}.schedule`, `${path}.earlyStopping`, `${path}.batchNormalization`]}>
          {index === 0 && (
            <FieldGrid>
              <ChoiceInput path={`${path}.kind`} label="What trains" options={{ 'feature-extraction': 'the head alone', 'fine-tuning': 'head and network' }} onChoose={chooseKind} />
            </FieldGrid>
          )}
          <OptimizerOptions path={`${path}.optimizer`} />
          <ScheduleFields phase={path} />
          <EarlyStoppingFields path={`${path}.earlyStopping`} />
          {isFineTuning && (
            <FieldGrid>
              <ChoiceInput path={`${path}.batchNormalization`} label="Batch normalization" options={statistics} unset="keep-statistics" hint="Of the unfrozen layers" />
            </FieldGrid>
          )}
        </Fold>
        <GroupError path={path} />
      </div>
    </section>
  )
}

/** The phases in their order, and the way to one more. */
export function PhaseFields() {
  const { draft, change } = useDraft()
  const given = valueAt(draft, 'phases')
  const phases = Array.isArray(given) ? given : []
  return (
    <div className="space-y-3">
      {phases.map((_, index) => (
        <PhaseCard key={index} index={index} count={phases.length} />
      ))}
      <GroupError path="phases" />
      {phases.length < mostPhases && (
        <Button look="quiet" size="small" onClick={() => change('phases', [...phases, phaseSchema.parse({ kind: phases.length === 0 ? 'feature-extraction' : 'fine-tuning' })])}>
          <Plus aria-hidden size={14} /> {phases.length === 0 ? 'Add a phase' : phases.length === 1 ? 'Fine-tune the network after it' : 'Another fine-tuning phase'}
        </Button>
      )}
    </div>
  )
}
