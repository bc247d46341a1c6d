import { GraftError } from '@graft/contracts/errors'
import type { Layer, Network, NetworkWeights, Tensor, WeightSpecification } from '../network/description.ts'
import { kerasClassName } from '../network/keras-class-name.ts'
import { show } from '../network/output-shape.ts'
import { snakeCase } from '../network/snake-case.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import type { StoredLayer, StoredTensor, StoredWeights } from './stored-weights.ts'

/** The file's tensor for every weight, by layer and weight name. */
type Plan = [string, [string, StoredTensor][]][]

/**
 * The file's weights for every layer of the network, values read. Layers are found by name; those whose names Keras leaves to
 * a counter by order (as Keras does itself), or by the rank of their count where the file holds more layers than the network.
 * What the file has beyond the network is passed over (a top, say). Throws `mismatch` that names layer, expected and found shape.
 */
export function matchWeights(stored: StoredWeights, network: Network): NetworkWeights {
  // All shapes are right before the first value is read.
  const plan = planWeights(stored, network)
  return new Map(plan.map(([name, tensors]) => [name, Object.fromEntries(tensors.map(([weight, tensor]) => [weight, valuesOf(tensor)]))]))
}

/** Which tensor of the file is which weight of the network; reads no values. Throws `mismatch` as matchWeights does. */
export function planWeights(stored: StoredWeights, network: Network): Plan {
  const specifications = weightSpecifications(network)
  const pairs = stored.naming === 'class-order' ? pairByClass(stored, network, specifications) : pairByName(stored, network, specifications)
  return [...specifications].map(([layerName, wanted]) => {
    const layer = pairs.get(layerName)
    if (layer === undefined) throw missing(stored, network, layerName)
    return [layerName, pairTensors(layer, wanted, layerName, stored.source)]
  })
}

function valuesOf(tensor: StoredTensor): Tensor {
  return { shape: [...tensor.shape], data: tensor.read() }
}

type Specifications = ReadonlyMap<string, WeightSpecification[]>
type Pairs = Map<string, StoredLayer>

function pairByName(stored: StoredWeights, network: Network, specifications: Specifications): Pairs {
  const byName = new Map(stored.layers.map((layer) => [layer.name, layer]))
  const pairs: Pairs = new Map()
  const loose: Layer[] = []
  for (const layer of network.layers) {
    const found = layer.nameFixed === false ? undefined : byName.get(layer.name)
    if (found !== undefined) pairs.set(layer.name, found)
    else if (specifications.has(layer.name)) loose.push(layer)
  }
  const taken = new Set(pairs.values())
  const rest = stored.layers.filter((layer) => !taken.has(layer))
  const unfixed = loose.filter((layer) => layer.nameFixed === false)
  const renamed = loose.filter((layer) => layer.nameFixed !== false)
  const matched = pairRenamed(renamed, loose, rest, specifications, stored.ordered) ?? pairUnfixed(unfixed, rest, specifications, stored.ordered)
  for (const [name, layer] of matched) pairs.set(name, layer)
  return pairs
}

/**
 * Layers whose fixed name the file does not have, because it is of a version of Keras that called them otherwise (the top of the
 * official MobileNetV2 file is `Logits`, Keras now says `predictions`): all that is left in order, as Keras reads it, provided that every
 * shape fits. Null where there are none, or they do not fit.
 */
function pairRenamed(renamed: readonly Layer[], loose: readonly Layer[], rest: readonly StoredLayer[], specifications: Specifications, ordered: boolean): Pairs | null {
  if (renamed.length === 0 || !ordered) return null
  const pairs = pairInOrder(loose, rest)
  return loose.every((layer) => fits(pairs.get(layer.name), specifications.get(layer.name) ?? [])) ? pairs : null
}

function pairInOrder(layers: readonly Layer[], rest: readonly StoredLayer[]): Pairs {
  return new Map(layers.flatMap((layer, index) => (rest[index] === undefined ? [] : [[layer.name, rest[index]] as const])))
}

/**
 * Layers without a name of their own. One to one in order when there are as many (Keras's way). Else, or where the file has lost
 * the order: by the very name, then by the rank of the count within the class. At last the first ones in order.
 */
function pairUnfixed(unfixed: readonly Layer[], rest: readonly StoredLayer[], specifications: Specifications, ordered: boolean): Pairs {
  const inOrder = pairInOrder(unfixed, rest)
  if (ordered && rest.length <= unfixed.length) return inOrder
  const lowest = new Map<string, number>()
  for (const candidate of rest) {
    const { stem, count } = counted(candidate.name)
    lowest.set(stem, Math.min(count, lowest.get(stem) ?? count))
  }
  const shifts = [(): number => 0, (stem: string): number => lowest.get(stem) ?? 0]
  for (const shift of shifts) {
    const byCount = pairByCount(unfixed, rest, shift)
    if (unfixed.every((layer) => fits(byCount.get(layer.name), specifications.get(layer.name) ?? []))) return byCount
  }
  return inOrder
}

/** The stored layer of the same class whose count, less the class's shift, is the layer's own. */
function pairByCount(unfixed: readonly Layer[], rest: readonly StoredLayer[], shift: (stem: string) => number): Pairs {
  const byKey = new Map(
    rest.map((candidate) => {
      const { stem, count } = counted(candidate.name)
      return [`${stem} ${count - shift(stem)}`, candidate]
    }),
  )
  const pairs: Pairs = new Map()
  for (const layer of unfixed) {
    const { stem, count } = counted(layer.name)
    const found = byKey.get(`${stem} ${count}`)
    if (found !== undefined) pairs.set(layer.name, found)
  }
  return pairs
}

function counted(name: string): { stem: string; count: number } {
  const [, stem = name, count = '0'] = /^(.*?)(?:_(\d+))?$/.exec(name) ?? []
  return { stem, count: Number(count) }
}

/** Keras 3 names the groups by class and count over `model.layers`: the same names are given to the network's layers. */
function pairByClass(stored: StoredWeights, network: Network, specifications: Specifications): Pairs {
  const byName = new Map(stored.layers.map((layer) => [layer.name, layer]))
  const counts = new Map<string, number>()
  const pairs: Pairs = new Map()
  for (const layer of network.layers) {
    const stem = snakeCase(kerasClassName(layer))
    const count = counts.get(stem) ?? 0
    counts.set(stem, count + 1)
    const found = byName.get(count === 0 ? stem : `${stem}_${count}`)
    if (specifications.has(layer.name) && found !== undefined) pairs.set(layer.name, found)
  }
  return pairs
}

/** Names that files use for one weight besides ours: tf.keras and Keras 3 differ on the depthwise kernel. */
const aliases: Readonly<Record<string, readonly string[]>> = { depthwise_kernel: ['kernel'], moving_variance: ['moving_var', 'running_var'], moving_mean: ['running_mean'] }

/** The layer's tensors by weight name: by the file's names where all are known, else in order, as Keras reads them. */
function pairTensors(layer: StoredLayer, wanted: readonly WeightSpecification[], layerName: string, source: string): [string, StoredTensor][] {
  const byName = new Map(layer.tensors.map((tensor) => [shortName(tensor.name), tensor]))
  const named = wanted.map((weight) => byName.get(weight.name) ?? (aliases[weight.name] ?? []).map((alias) => byName.get(alias)).find((tensor) => tensor !== undefined))
  const found = named.every((tensor) => tensor !== undefined) ? named : layer.tensors
  if (found.length !== wanted.length) {
    throw new GraftError(
      'mismatch',
      `Layer ${layerName} takes ${wanted.length} weights (${wanted.map((weight) => weight.name).join(', ')}); ${source} has ${layer.tensors.length} (${layer.tensors.map((tensor) => tensor.name).join(', ')}).`,
      { hint, details: { layer: layerName, expected: wanted.map((weight) => weight.name), found: layer.tensors.map((tensor) => tensor.name) } },
    )
  }
  return wanted.map((weight, index) => {
    const tensor = found[index] as StoredTensor
    if (!sameShape(tensor.shape, weight.shape)) {
      throw new GraftError('mismatch', `Layer ${layerName}: ${weight.name} has the shape ${show(weight.shape)}; ${source} has ${show(tensor.shape)} (${tensor.name}).`, {
        hint,
        details: { layer: layerName, weight: weight.name, expected: weight.shape, found: tensor.shape },
      })
    }
    return [weight.name, tensor]
  })
}

const hint = 'The file is of another architecture, alpha or number of classes: choose the model that it was saved from (graft models lists them).'

/** `block1_conv1/kernel:0` is `kernel`; `block1.kernel` too. */
function shortName(name: string): string {
  return (name.split(/[/.]/).at(-1) ?? name).replace(/:\d+$/, '')
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis])
}

/** Whether a stored layer's shapes are those of the weights, in order (or by other names in another order). */
function fits(layer: StoredLayer | undefined, wanted: readonly WeightSpecification[]): boolean {
  return layer !== undefined && layer.tensors.length === wanted.length && wanted.every((weight) => layer.tensors.some((tensor) => sameShape(tensor.shape, weight.shape)))
}

function missing(stored: StoredWeights, network: Network, layerName: string): GraftError {
  const names = stored.layers.map((layer) => layer.name)
  const sample = names.length > 6 ? [...names.slice(0, 3), '...', ...names.slice(-2)] : names
  return new GraftError('mismatch', `${stored.source} has no weights for layer ${layerName} of ${network.name}; it has ${names.length} layers: ${sample.join(', ')}.`, {
    hint: `The file is of another architecture, or was saved without its top. Choose the model that it was saved from.`,
    details: { layer: layerName, found: names },
  })
}
