import { networkLayerSchema, type NetworkLayer } from '@graft/contracts/recipe/layers'
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { useDraft } from './draft-context.tsx'
import { ChoiceInput, GroupError, NumberInput, PairInput } from './draft-fields.tsx'
import { valueAt } from './draft.ts'
import { Fold } from './fold.tsx'
import { hiddenActivations, initializers } from './head-fields.tsx'

type Kind = NetworkLayer['kind']
const kinds: Readonly<Record<Kind, string>> = {
  convolution: 'convolution',
  'separable-convolution': 'separable convolution',
  'depthwise-convolution': 'depthwise convolution',
  'max-pooling': 'max pooling',
  'average-pooling': 'average pooling',
  'global-average-pooling': 'global average pooling',
  'global-max-pooling': 'global max pooling',
  flatten: 'flatten',
  'batch-normalization': 'batch normalization',
  activation: 'activation',
  dropout: 'dropout',
  dense: 'dense',
}
/** What a layer begins with where the schema has no default. */
const starts: Partial<Record<Kind, object>> = { convolution: { filters: 32 }, 'separable-convolution': { filters: 32 }, activation: { activation: 'relu' }, dropout: { rate: 0.5 }, dense: { units: 128 } }
const startOf = (kind: Kind): NetworkLayer => networkLayerSchema.parse({ kind, ...starts[kind] })
const example: readonly Kind[] = ['convolution', 'max-pooling', 'convolution', 'max-pooling', 'flatten', 'dropout', 'dense']
const paddings = { valid: 'valid', same: 'same' }
const hasWindow = (kind: string) => kind.endsWith('convolution') || kind === 'max-pooling' || kind === 'average-pooling'
const hasFilters = (kind: string) => kind === 'convolution' || kind === 'separable-convolution'

function LayerFields({ path, kind }: { path: string; kind: string }) {
  const isPooling = kind.endsWith('-pooling')
  return (
    <>
      {hasFilters(kind) && <NumberInput path={`${path}.filters`} label="Filters" unset="" />}
      {kind === 'dense' && <NumberInput path={`${path}.units`} label="Units" unset="" />}
      {kind === 'dropout' && <NumberInput path={`${path}.rate`} label="Rate" unset="" />}
      {hasWindow(kind) && (
        <>
          <PairInput path={`${path}.${isPooling ? 'pool' : 'kernel'}`} label={isPooling ? 'Pool' : 'Kernel'} unset={isPooling ? 2 : 3} />
          <PairInput path={`${path}.strides`} label="Strides" unset={isPooling ? 'as the pool' : 1} />
          <ChoiceInput path={`${path}.padding`} label="Padding" options={paddings} unset="valid" />
        </>
      )}
      {hasFilters(kind) && <PairInput path={`${path}.dilation`} label="Dilation" unset={1} />}
      {(kind.endsWith('convolution') || kind === 'activation' || kind === 'dense') && <ChoiceInput path={`${path}.activation`} label="Activation" options={hiddenActivations} />}
      {(hasFilters(kind) || kind === 'dense') && (
        <>
          <NumberInput path={`${path}.l2`} label="L2 factor" />
          <ChoiceInput path={`${path}.initializer`} label="Initial weights" options={initializers} unset="glorot-uniform" />
        </>
      )}
    </>
  )
}

/** A layer in a line, as `Conv2D` prints would: what it is and how large. */
function layerWords(layer: unknown): string {
  const size = valueAt(layer, 'filters') ?? valueAt(layer, 'units') ?? valueAt(layer, 'rate')
  const window = valueAt(layer, 'kernel') ?? valueAt(layer, 'pool')
  return [size, Array.isArray(window) ? window.join(' × ') : window === undefined ? undefined : `${String(window)} × ${String(window)}`, valueAt(layer, 'activation')].filter((part) => part !== undefined).join(', ')
}

function LayerRow({ index, layers }: { index: number; layers: readonly unknown[] }) {
  const { change } = useDraft()
  const path = `network.${index}`
  const kind = String(valueAt(layers[index], 'kind'))
  const place = (to: number) => change('network', layers.toSpliced(index, 1).toSpliced(to, 0, layers[index]))
  return (
    <li className="flex items-start gap-1">
      <div className="min-w-0 flex-1">
        <Fold title={<><span className="mr-2 inline-block w-5 text-right text-xs font-normal text-faint tabular-nums">{index + 1}</span>{kinds[kind as Kind] ?? kind}</>} state={layerWords(layers[index])} paths={[path]}>
          <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
            <ChoiceInput path={`${path}.kind`} label="Layer" options={kinds} onChoose={(chosen) => change(path, startOf(chosen as Kind))} />
            <LayerFields path={path} kind={kind} />
          </div>
          <GroupError path={path} />
        </Fold>
      </div>
      <span className="flex pt-0.5">
        <Button look="quiet" size="icon" disabled={index === 0} aria-label={`Move layer ${index + 1} up`} onClick={() => place(index - 1)}><ArrowUp aria-hidden size={14} /></Button>
        <Button look="quiet" size="icon" disabled={index === layers.length - 1} aria-label={`Move layer ${index + 1} down`} onClick={() => place(index + 1)}><ArrowDown aria-hidden size={14} /></Button>
        <Button look="quiet" size="icon" aria-label={`Remove layer ${index + 1}`} onClick={() => change('network', layers.length === 1 ? undefined : layers.toSpliced(index, 1))}><X aria-hidden size={14} /></Button>
      </span>
    </li>
  )
}

/** The layers of a network that the recipe spells out. */
export function NetworkFields() {
  const { draft, change } = useDraft()
  const given = valueAt(draft, 'network')
  const layers = Array.isArray(given) ? given : []
  return (
    <div className="space-y-2">
      <ol className="divide-y">
        {layers.map((_, index) => (
          <LayerRow key={index} index={index} layers={layers} />
        ))}
      </ol>
      <div className="flex flex-wrap gap-1">
        {layers.length === 0 && (
          <Button size="small" onClick={() => change('network', example.map(startOf))}>
            Start from an example
          </Button>
        )}
        <Button look="quiet" size="small" onClick={() => change('network', [...layers, startOf('convolution')])}>
          <Plus aria-hidden size={14} /> Layer
        </Button>
      </div>
      <GroupError path="network" />
      <p className="text-xs text-faint">The output over the classes comes after these; the head is not used, and other models refuse a recipe with them. A size is one number, or rows × columns.</p>
    </div>
  )
}
