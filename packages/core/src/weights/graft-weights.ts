import { GraftError } from '@graft/contracts/errors'
import { architectureNameSchema, preprocessingSchema } from '@graft/contracts/model'
import { readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { NetworkWeights, Tensor } from '../network/description.ts'
import { elementCount } from '../network/output-shape.ts'
import { floatsFromHalves, halvesFromFloats } from './half-float.ts'
import type { StoredWeights } from './stored-weights.ts'

/** The layout is described in docs/weights.md. */
const magic = 'GRAFTW01'
const offsetSchema = z.number().int().nonnegative()
const storedSchema = z.discriminatedUnion('encoding', [
  z.object({ encoding: z.literal('float32'), offset: offsetSchema }),
  z.object({ encoding: z.literal('float16'), offset: offsetSchema }),
  /** Value = integer x scale of its channel, in float32. The channel is the index on `axis`; scales are float32. */
  z.object({ encoding: z.literal('int8'), offset: offsetSchema, axis: z.number().int().nonnegative(), scales: offsetSchema }),
  /** Every value is `value`. */
  z.object({ encoding: z.literal('constant'), value: z.number() }),
])
const weightSchema = z.object({ name: z.string(), shape: z.array(z.number().int().positive()).max(8), stored: storedSchema })
const descriptionSchema = z.object({
  architecture: architectureNameSchema,
  alpha: z.number().positive(),
  includeTop: z.boolean(),
  classes: z.number().int().positive(),
  preprocessing: preprocessingSchema,
  licence: z.string(),
  source: z.string(),
  trainedOn: z.string(),
})
export type GraftWeightsDescription = z.infer<typeof descriptionSchema>
const headerSchema = descriptionSchema.extend({
  /** SHA-256 of the data section. */
  dataSha256: z.string(),
  layers: z.array(z.object({ name: z.string(), weights: z.array(weightSchema) })),
})
type StoredAs = z.infer<typeof storedSchema>

/** How a tensor goes into the file. `int8` names the axis of its channels. */
export type Encoding = { kind: 'float32' } | { kind: 'float16' } | { kind: 'constant' } | { kind: 'int8'; axis: number }

/** Writes weights in Graft's compact layout; `encodingOf` chooses by layer and weight name. Layers keep their order. */
export function writeGraftWeights(weights: NetworkWeights, description: GraftWeightsDescription, encodingOf: (layer: string, weight: string, tensor: Tensor) => Encoding): Uint8Array {
  const parts: Uint8Array[] = []
  let length = 0
  const append = (array: Float32Array | Uint16Array | Int8Array): number => {
    const offset = length
    const padding = (8 - (array.byteLength % 8)) % 8
    parts.push(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), new Uint8Array(padding))
    length += array.byteLength + padding
    return offset
  }
  const layers = [...weights].map(([name, tensors]) => ({
    name,
    weights: Object.entries(tensors).map(([weight, tensor]) => ({ name: weight, shape: tensor.shape, stored: encode(tensor, encodingOf(name, weight, tensor), append) })),
  }))
  const data = Buffer.concat(parts)
  const header = { ...description, dataSha256: createHash('sha256').update(data).digest('hex'), layers }
  const text = Buffer.from(JSON.stringify(header))
  const headerLength = Math.ceil((12 + text.byteLength) / 8) * 8 - 12
  const bytes = Buffer.alloc(12 + headerLength + data.byteLength, ' ')
  bytes.write(magic, 'latin1')
  bytes.writeUInt32LE(headerLength, 8)
  text.copy(bytes, 12)
  data.copy(bytes, 12 + headerLength)
  return bytes
}

function encode(tensor: Tensor, encoding: Encoding, append: (array: Float32Array | Uint16Array | Int8Array) => number): StoredAs {
  if (encoding.kind === 'float32') return { encoding: 'float32', offset: append(tensor.data) }
  if (encoding.kind === 'float16') return { encoding: 'float16', offset: append(halvesFromFloats(tensor.data)) }
  if (encoding.kind === 'constant') return { encoding: 'constant', value: tensor.data[0] ?? 0 }
  const scales = channelScales(tensor, encoding.axis)
  const integers = Int8Array.from(tensor.data, (value, index) => {
    const scale = scales[channelOf(index, tensor.shape, encoding.axis)] as number
    return scale === 0 ? 0 : Math.round(value / scale)
  })
  return { encoding: 'int8', axis: encoding.axis, offset: append(integers), scales: append(scales) }
}

/** Symmetric: the largest magnitude of a channel becomes 127. */
function channelScales(tensor: Tensor, axis: number): Float32Array {
  const largest = new Float32Array(tensor.shape[axis] ?? 0)
  for (const [index, value] of tensor.data.entries()) {
    const channel = channelOf(index, tensor.shape, axis)
    largest[channel] = Math.max(largest[channel] as number, Math.abs(value))
  }
  return largest.map((value) => value / 127)
}

function channelOf(index: number, shape: readonly number[], axis: number): number {
  const inner = elementCount(shape.slice(axis + 1))
  return Math.floor(index / inner) % (shape[axis] ?? 1)
}

/** Reads the header of a .graft-weights file and checks the data against its hash. Throws `corrupt`. */
export async function openGraftWeights(path: string, signal?: AbortSignal): Promise<StoredWeights & { readonly description: GraftWeightsDescription }> {
  const bytes = await readFile(path, signal === undefined ? {} : { signal })
  const damaged = (why: string): GraftError => new GraftError('corrupt', `${path} is damaged: ${why}.`, { hint: 'Copy or check out the file again.' })
  if (bytes.byteLength < 12) throw damaged('it ends within its first 12 bytes')
  if (bytes.toString('latin1', 0, 8) !== magic) throw new GraftError('unsupported', `${path} has the layout ${bytes.toString('latin1', 0, 8)}; this version of Graft reads ${magic}.`)
  const dataStart = 12 + bytes.readUInt32LE(8)
  if (dataStart > bytes.byteLength) throw damaged('its header is cut off')
  const header = headerSchema.safeParse(parseJson(bytes.toString('utf8', 12, dataStart)))
  if (!header.success) throw damaged('its header is not understood')
  const data = bytes.subarray(dataStart)
  if (createHash('sha256').update(data).digest('hex') !== header.data.dataSha256) throw damaged('its data does not have the hash that its header says')
  const { layers, dataSha256: _hash, ...description } = header.data
  return {
    format: 'graft',
    source: path,
    description,
    naming: 'layer-names',
    ordered: true,
    layers: layers.map((layer) => ({
      name: layer.name,
      tensors: layer.weights.map((weight) => ({ name: `${layer.name}/${weight.name}`, shape: weight.shape, read: () => decode(weight.stored, weight.shape, data, damaged) })),
    })),
    close: () => undefined,
  }
}

function decode(stored: StoredAs, shape: readonly number[], data: Buffer, damaged: (why: string) => GraftError): Float32Array {
  const count = elementCount(shape)
  const copy = (offset: number, length: number): ArrayBuffer => {
    if (offset + length > data.byteLength) throw damaged('a tensor lies beyond its end')
    return new Uint8Array(data.subarray(offset, offset + length)).buffer
  }
  switch (stored.encoding) {
    case 'float32':
      return new Float32Array(copy(stored.offset, 4 * count))
    case 'float16':
      return floatsFromHalves(new Uint16Array(copy(stored.offset, 2 * count)))
    case 'constant':
      return new Float32Array(count).fill(stored.value)
    case 'int8': {
      const channels = shape[stored.axis]
      if (channels === undefined) throw damaged('a tensor has no such axis')
      const scales = new Float32Array(copy(stored.scales, 4 * channels))
      const inner = elementCount(shape.slice(stored.axis + 1))
      return Float32Array.from(new Int8Array(copy(stored.offset, count)), (integer, index) => integer * (scales[Math.floor(index / inner) % channels] as number))
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
