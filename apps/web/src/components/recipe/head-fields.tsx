import { denseLayerSchema, initializerNames } from '@graft/contracts/recipe/layers'
import { Plus, X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { useDraft } from './draft-context.tsx'
import { ChoiceInput, GroupError, NumberInput, SwitchInput } from './draft-fields.tsx'
import { valueAt } from './draft.ts'
import { FieldGrid, Fold } from './fold.tsx'

export const hiddenActivations = Object.fromEntries(['relu', 'linear', 'relu6', 'elu', 'swish', 'gelu', 'sigmoid', 'tanh'].map((name) => [name, name]))
export const initializers = Object.fromEntries(initializerNames.map((name) => [name, name.replace('-', ' ')]))
const poolings = { average: 'average', max: 'maximum', flatten: 'none: flatten' }
const mostLayers = 8

function DenseLayer({ index, onRemove }: { index: number; onRemove: () => void }) {
  const path = `head.dense.${index}`
  const { draft } = useDraft()
  const layer = valueAt(draft, path)
  const words = [valueAt(layer, 'activation') ?? 'relu', valueAt(layer, 'batchNormalization') === true ? 'batch norm' : '', valueAt(layer, 'l2') === undefined ? '' : 'L2'].filter(Boolean)
  return (
    <li className="rounded-lg border bg-raised px-3 pt-2 pb-1">
      <div className="flex items-start gap-3">
        <div className="grid min-w-0 flex-1 grid-cols-2 gap-3 md:grid-cols-4">
          <NumberInput path={`${path}.units`} label={index === 0 ? 'Dense units' : `Dense units, layer ${index + 1}`} unset="" />
          <NumberInput path={`${path}.dropout`} label="Dropout" unset={0} />
        </div>
        <Button look="quiet" size="icon" className="mt-5" aria-label={`Remove dense layer ${index + 1}`} onClick={onRemove}>
          <X aria-hidden size={15} />
        </Button>
      </div>
      <Fold title="Options of the layer" state={words.join(', ')} paths={['activation', 'l2', 'initializer', 'batchNormalization'].map((key) => `${path}.${key}`)}>
        <FieldGrid>
          <ChoiceInput path={`${path}.activation`} label="Activation" options={hiddenActivations} />
          <NumberInput path={`${path}.l2`} label="L2 factor" />
          <ChoiceInput path={`${path}.initializer`} label="Initial weights" options={initializers} unset="glorot-uniform" />
          <div className="self-end">
            <SwitchInput path={`${path}.batchNormalization`} label="Batch norm" />
          </div>
        </FieldGrid>
      </Fold>
      <GroupError path={path} />
    </li>
  )
}

/** The new layers on the network. */
export function HeadFields() {
  const { draft, change } = useDraft()
  const given = valueAt(draft, 'head.dense')
  const dense = Array.isArray(given) ? given : []
  const pooling = valueAt(draft, 'head.pooling') ?? 'average'
  const add = () => change('head.dense', [...dense, denseLayerSchema.parse({ units: dense.length === 0 ? 1024 : 256 })])
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-x-3">
        <h3 className="text-sm font-medium">Head</h3>
        <span className="text-xs text-muted">{dense.length === 0 ? 'A softmax straight on the features' : 'Dense layers, then a softmax over the classes'}</span>
      </div>
      <ul className="space-y-2">
        {dense.map((_, index) => (
          <DenseLayer key={index} index={index} onRemove={() => change('head.dense', dense.toSpliced(index, 1))} />
        ))}
      </ul>
      {dense.length < mostLayers && (
        <Button look="quiet" size="small" onClick={add}>
          <Plus aria-hidden size={14} /> Dense layer
        </Button>
      )}
      <GroupError path="head.dense" />
      <Fold title="Pooling and output layer" state={`${String(pooling)} pooling`} paths={['head.pooling', 'head.dropout', 'head.l2', 'head.initializer']}>
        <FieldGrid>
          <ChoiceInput path="head.pooling" label="Pooling" options={poolings} unset="average" />
          <NumberInput path="head.dropout" label="Dropout on features" />
          <NumberInput path="head.l2" label="L2 of the output" />
          <ChoiceInput path="head.initializer" label="Initial output weights" options={initializers} unset="glorot-uniform" />
        </FieldGrid>
      </Fold>
    </div>
  )
}
