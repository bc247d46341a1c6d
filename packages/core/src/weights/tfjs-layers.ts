import { GraftError } from '@graft/contracts/errors'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { elementCount } from '../network/output-shape.ts'
import { floatsFromHalves } from './half-float.ts'
import { parseObjectLiteral } from './object-literal.ts'
import type { StoredTensor, StoredWeights } from './stored-weights.ts'

const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  dtype: z.string(),
  quantization: z.object({ dtype: z.enum(['uint8', 'uint16', 'float16']), min: z.number().optional(), scale: z.number().optional() }).optional(),
})
type ManifestWeight = z.infer<typeof weightSchema>
const modelSchema = z.object({
  format: z.string().optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.object({ paths: z.array(z.string().regex(/^[\w.-]+$/, 'a plain file name')), weights: z.array(weightSchema) })),
})

/**
 * Opens a tfjs layers model: a folder with `model.json` and binary shards, or as the npm package nsfwjs bundles it, with
 * `model.min.js` and shards that are JavaScript files around one base64 string. Those are read as data and never run.
 * Quantised weights become float32. Throws `unsupported` for graph models, `corrupt`.
 */
export async function openTfjsLayers(folder: string, signal?: AbortSignal): Promise<StoredWeights> {
  const options = signal === undefined ? {} : { signal }
  const json = await readFile(join(folder, 'model.json'), { encoding: 'utf8', ...options }).catch(() => null)
  const script = json === null ? await readFile(join(folder, 'model.min.js'), { encoding: 'utf8', ...options }).catch(() => null) : null
  const text = json ?? script
  if (text === null) throw new GraftError('unsupported', `${folder} is a folder without model.json, so no tfjs model.`, { hint: 'Give the path of a weight file.' })
  const model = modelSchema.safeParse(parseObjectLiteral(text, json === null ? exported(text, '{', folder) : 0))
  if (!model.success) throw new GraftError('corrupt', `The model in ${folder} is not understood: ${z.prettifyError(model.error)}`)
  if (model.data.format === 'graph-model' || model.data.modelTopology['model_config'] === undefined) {
    throw new GraftError('unsupported', `${folder} holds a tfjs graph model, which has no layers any more.`, { hint: 'Convert the Keras model with --output_format tfjs_layers_model.' })
  }
  const tensors: StoredTensor[] = []
  for (const group of model.data.weightsManifest) {
    const shards = await Promise.all(group.paths.map((name) => (json === null ? scriptShard(join(folder, `${name}.min.js`), options) : readFile(join(folder, name), options))))
    tensors.push(...groupTensors(group.weights, Buffer.concat(shards), folder))
  }
  return { format: 'tfjs-layers', source: folder, layers: layersOf(tensors), naming: 'layer-names', ordered: false, close: () => undefined }
}

/** Where the value of `module.exports=` begins. */
function exported(text: string, opening: string, path: string): number {
  const found = text.indexOf(`.exports=${opening}`)
  if (found < 0) throw new GraftError('corrupt', `${path} does not export a literal.`)
  return found + '.exports='.length
}

async function scriptShard(path: string, options: { signal?: AbortSignal }): Promise<Buffer> {
  const text = await readFile(path, { encoding: 'latin1', ...options })
  const start = exported(text, '"', path) + 1
  return Buffer.from(text.slice(start, text.indexOf('"', start)), 'base64')
}

function groupTensors(weights: readonly ManifestWeight[], bytes: Buffer, folder: string): StoredTensor[] {
  let offset = 0
  const tensors = weights.map((weight): StoredTensor => {
    const size = { uint8: 1, uint16: 2, float16: 2, float32: 4 }[weight.quantization?.dtype ?? 'float32']
    const start = offset
    offset += size * elementCount(weight.shape)
    if (weight.dtype !== 'float32') throw new GraftError('unsupported', `${weight.name} in ${folder} is of type ${weight.dtype}; Graft reads float32.`)
    return { name: weight.name, shape: weight.shape, read: () => floats(weight, new Uint8Array(bytes.subarray(start, start + size * elementCount(weight.shape)))) }
  })
  if (offset !== bytes.byteLength) throw new GraftError('corrupt', `The shards of ${folder} hold ${bytes.byteLength} bytes; its manifest wants ${offset}.`, { hint: 'Install or copy the model again.' })
  return tensors
}

/** `bytes` begins at the start of its buffer (a copy), so that it is aligned. */
function floats(weight: ManifestWeight, bytes: Uint8Array): Float32Array {
  const { quantization } = weight
  if (quantization === undefined) return new Float32Array(bytes.buffer)
  if (quantization.dtype === 'float16') return floatsFromHalves(new Uint16Array(bytes.buffer))
  const { min = 0, scale = 1 } = quantization
  const integers = quantization.dtype === 'uint8' ? bytes : new Uint16Array(bytes.buffer)
  return Float32Array.from(integers, (integer) => integer * scale + min)
}

function layersOf(tensors: readonly StoredTensor[]): { name: string; tensors: StoredTensor[] }[] {
  const byLayer = new Map<string, StoredTensor[]>()
  for (const tensor of tensors) {
    const name = tensor.name.split('/').at(-2) ?? tensor.name
    byLayer.set(name, [...(byLayer.get(name) ?? []), tensor])
  }
  return [...byLayer].map(([name, own]) => ({ name, tensors: own }))
}
