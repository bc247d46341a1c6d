import { createHash } from 'node:crypto'
import { GraftError } from '@graft/contracts/errors'
import { z } from 'zod'
import type { Network, NetworkWeights, Tensor } from '../network/description.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { readSafetensors, writeSafetensors } from '../weights/safetensors.ts'

/**
 * What a trial trained, as one safetensors file: tensors named `<layer>/<weight>` in Keras's layouts, and metadata that says how to
 * put them to use again. `part` `head`: goes onto the trunk's features at `layer`, pooled; `tail`: the pretrained layers after `layer` and
 * the head, whose input is that layer's output as it is; `network`: the whole network.
 */
const metadataSchema = z.object({
  format: z.literal('graft-trained-1'),
  part: z.enum(['head', 'tail', 'network']),
  /** Model id, for people; the trial's record is what counts. */
  model: z.string(),
  /** JSON of the Network. */
  network: z.string(),
  /** JSON of the class names in the order of the outputs. */
  classes: z.string(),
  /** Trunk layer and pooling that a head takes; the layer that a tail begins after; empty for a network. */
  layer: z.string(),
  pooling: z.enum(['average', 'max', 'none']),
  /** SHA-256 of the trunk's weight file; empty for a network. */
  trunkSha256: z.string(),
})

export interface TrainedWeights {
  part: 'head' | 'tail' | 'network'
  model: string
  network: Network
  weights: NetworkWeights
  classes: string[]
  layer: string
  pooling: 'average' | 'max' | 'none'
  trunkSha256: string
}

export function writeTrainedWeights(trained: TrainedWeights): Uint8Array {
  const tensors: Record<string, Tensor> = Object.fromEntries(namedTensors(trained.weights))
  return writeSafetensors(tensors, {
    format: 'graft-trained-1',
    part: trained.part,
    model: trained.model,
    network: JSON.stringify(trained.network),
    classes: JSON.stringify(trained.classes),
    layer: trained.layer,
    pooling: trained.pooling,
    trunkSha256: trained.trunkSha256,
  } satisfies z.infer<typeof metadataSchema>)
}

/** Reads what writeTrainedWeights wrote; every weight of the network must be there in its shape. Throws `corrupt` otherwise. */
export function readTrainedWeights(bytes: Uint8Array): TrainedWeights {
  const { tensors, metadata } = readSafetensors(bytes)
  const parsed = metadataSchema.safeParse(metadata)
  if (!parsed.success) throw new GraftError('corrupt', 'This safetensors file was not written by a Graft trial: its metadata are missing or of another kind.', { hint: 'Use the weights.safetensors of a trial or of "graft train".' })
  const { part, model, layer, pooling, trunkSha256 } = parsed.data
  const network = JSON.parse(parsed.data.network) as Network
  const weights = new Map<string, Record<string, Tensor>>()
  for (const [layerName, specifications] of weightSpecifications(network)) {
    for (const specification of specifications) {
      const tensor = tensors[`${layerName}/${specification.name}`]
      if (tensor?.shape.join() !== specification.shape.join()) {
        throw new GraftError('corrupt', `Trained weights: ${layerName}/${specification.name} should have the shape ${specification.shape.join(' x ')}, found ${tensor?.shape.join(' x ') ?? 'nothing'}.`)
      }
      weights.set(layerName, { ...weights.get(layerName), [specification.name]: tensor })
    }
  }
  return { part, model, layer, pooling, trunkSha256, network, weights, classes: JSON.parse(parsed.data.classes) as string[] }
}

/** SHA-256 over names, shapes and bytes (little-endian) of all weights, sorted by name: equal exactly when the weights are. */
export function weightsSha256(weights: NetworkWeights): string {
  const hash = createHash('sha256')
  for (const [name, tensor] of namedTensors(weights)) {
    hash.update(`${JSON.stringify(name)} ${tensor.shape.join()}\n`)
    hash.update(Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength))
  }
  return hash.digest('hex')
}

function namedTensors(weights: NetworkWeights): [string, Tensor][] {
  const named = [...weights].flatMap(([layer, tensors]) => Object.entries(tensors).map(([name, tensor]): [string, Tensor] => [`${layer}/${name}`, tensor]))
  return named.toSorted(([a], [b]) => (a < b ? -1 : 1))
}
