import { GraftError } from '@graft/contracts/errors'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Tensor } from '../network/description.ts'
import { elementCount } from '../network/output-shape.ts'
import { floatsFromHalves } from './half-float.ts'
import type { StoredLayer, StoredTensor, StoredWeights } from './stored-weights.ts'

/** What the format allows: headers up to 100 MB. */
const largestHeader = 100_000_000
const tensorSchema = z.object({ dtype: z.string(), shape: z.array(z.number().int().nonnegative()), data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]) })
const headerSchema = z.record(z.string(), z.unknown())
const bytesPerElement: Readonly<Record<string, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 }

/**
 * Reads a safetensors file (github.com/huggingface/safetensors): 8 bytes of header length, JSON header, data. Floats of 16, 32
 * and 64 bits and bfloat16 become float32. Throws `corrupt`, or `unsupported` for other types.
 */
export function readSafetensors(bytes: Uint8Array, source = 'The file'): { tensors: Record<string, Tensor>; metadata: Record<string, string> } {
  const { entries, metadata } = parseHeader(bytes, source)
  return { tensors: Object.fromEntries(entries.map((entry) => [entry.name, { shape: entry.shape, data: entry.read() }])), metadata }
}

/** Opens a file whose tensors are called `layer/weight` or `layer.weight`. */
export async function openSafetensors(path: string, signal?: AbortSignal): Promise<StoredWeights> {
  const { entries } = parseHeader(await readFile(path, signal === undefined ? {} : { signal }), path)
  const byLayer = new Map<string, StoredTensor[]>()
  for (const entry of entries) {
    const cut = Math.max(entry.name.lastIndexOf('/'), entry.name.lastIndexOf('.'))
    const layer = cut < 0 ? entry.name : entry.name.slice(0, cut)
    byLayer.set(layer, [...(byLayer.get(layer) ?? []), entry])
  }
  const layers: StoredLayer[] = [...byLayer].map(([name, tensors]) => ({ name, tensors }))
  return { format: 'safetensors', source: path, layers, naming: 'layer-names', ordered: false, close: () => undefined }
}

/** A safetensors file with float32 tensors in the order given. `metadata` is text by name. */
export function writeSafetensors(tensors: Readonly<Record<string, Tensor>>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (elementCount(shape) !== data.length) throw new GraftError('mismatch', `Tensor ${name} has ${data.length} values, its shape ${JSON.stringify(shape)} wants ${elementCount(shape)}.`)
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  // Padded with spaces so that the data begins at a multiple of 8, as the format's own writer does.
  const text = JSON.stringify(header)
  const length = Math.ceil(Buffer.byteLength(text) / 8) * 8
  const bytes = new Uint8Array(8 + length + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.fill(0x20, 8, 8 + length)
  bytes.set(Buffer.from(text), 8)
  let position = 8 + length
  for (const { data } of Object.values(tensors)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position)
    position += data.byteLength
  }
  return bytes
}

function parseHeader(bytes: Uint8Array, source: string): { entries: StoredTensor[]; metadata: Record<string, string> } {
  const damaged = (why: string): GraftError => new GraftError('corrupt', `${source} is a damaged safetensors file: ${why}.`, { hint: 'Download or copy the file again.' })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 8) throw damaged('it ends within its first 8 bytes')
  const length = Number(view.getBigUint64(0, true))
  if (length > largestHeader || 8 + length > bytes.byteLength) throw damaged(`its header claims ${length} bytes`)
  const header = headerSchema.safeParse(parseJson(Buffer.from(bytes.buffer, bytes.byteOffset + 8, length).toString('utf8')))
  if (!header.success) throw damaged('its header is no JSON object')
  const dataStart = 8 + length
  const metadata = z.record(z.string(), z.string()).safeParse(header.data['__metadata__'])
  const entries = Object.entries(header.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]): StoredTensor => {
      const parsed = tensorSchema.safeParse(value)
      if (!parsed.success) throw damaged(`the entry ${name} is not understood`)
      const { dtype, shape, data_offsets: [start, end] } = parsed.data
      const size = bytesPerElement[dtype]
      if (size === undefined) throw new GraftError('unsupported', `${name} in ${source} is of type ${dtype}; Graft reads F32, F16, BF16 and F64.`)
      if (end < start || dataStart + end > bytes.byteLength || end - start !== elementCount(shape) * size) throw damaged(`${name} does not lie within the file`)
      return { name, shape, read: () => floats(dtype, new Uint8Array(bytes.subarray(dataStart + start, dataStart + end))) }
    })
  return { entries, metadata: metadata.success ? metadata.data : {} }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** `bytes` begins at the start of its buffer (a copy; a Buffer's own `slice` makes none), so that it is aligned. */
function floats(dtype: string, bytes: Uint8Array): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes.buffer, 0, bytes.byteLength / 4)
  if (dtype === 'F64') return Float32Array.from(new Float64Array(bytes.buffer, 0, bytes.byteLength / 8))
  const halves = new Uint16Array(bytes.buffer, 0, bytes.byteLength / 2)
  if (dtype === 'F16') return floatsFromHalves(halves)
  // bfloat16 is the upper half of a float32.
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer)
}
