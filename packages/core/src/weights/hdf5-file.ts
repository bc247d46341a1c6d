import { GraftError } from '@graft/contracts/errors'
import type { Dataset, File as Hdf5File, Group } from 'h5wasm/node'
import type { StoredTensor } from './stored-weights.ts'

/** Loaded with the first file: a second of compiling and hundreds of megabytes, which most processes never need. */
let h5wasm: typeof import('h5wasm/node') | undefined

/**
 * Opens an HDF5 file for reading. Throws `corrupt` where it is damaged or none. HDF5 files can point at other files
 * (external links): those are never followed, see `groupAt`.
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  h5wasm ??= await import('h5wasm/node')
  const library = await h5wasm.ready
  // Without this the library prints its error stack to the terminal instead of throwing.
  library.activate_throwing_error_handler()
  let file: Hdf5File
  try {
    file = new h5wasm.File(path, 'r')
  } catch (cause) {
    throw damaged(path, cause)
  }
  if (file.file_id < 0n) throw damaged(path, undefined)
  return file
}

/** A group below another one by a relative path, or null. Links into other files count as absent. */
export function groupAt(group: Group, path: string): Group | null {
  const found = entityAt(group, path)
  return h5wasm !== undefined && found instanceof h5wasm.Group ? found : null
}

export function datasetAt(group: Group, path: string): Dataset | null {
  const found = entityAt(group, path)
  return h5wasm !== undefined && found instanceof h5wasm.Dataset ? found : null
}

function entityAt(group: Group, path: string): unknown {
  let current: unknown = group
  for (const part of path.split('/').filter((piece) => piece !== '')) {
    if (h5wasm === undefined || !(current instanceof h5wasm.Group) || !current.keys().includes(part) || isLink(current, part)) return null
    current = current.get(part)
  }
  return current
}

/** Whether a member is a link, which HDF5 would follow, also into another file of this machine. Keras refuses them as well. */
function isLink(group: Group, name: string): boolean {
  const path = `${group.path === '/' ? '' : group.path}/${name}`
  const external: { filename?: string } = group.get_external_link(path)
  return external.filename !== undefined || (group.get_link(path) as string | null) !== null
}

/**
 * An attribute that holds a list of names. Keras splits lists over 64 KB into `name0`, `name1`, ...; those are joined.
 * Null when there is none.
 */
export function namesAttribute(group: Group, name: string): string[] | null {
  const { attrs } = group
  const whole = attrs[name]
  if (whole !== undefined) return asNames(whole.value)
  if (attrs[`${name}0`] === undefined) return null
  const names: string[] = []
  for (let chunk = 0; attrs[`${name}${chunk}`] !== undefined; chunk++) names.push(...asNames(attrs[`${name}${chunk}`]?.value))
  return names
}

function asNames(value: unknown): string[] {
  // An empty list is stored as an empty float array.
  if (Array.isArray(value)) return value.map(asText)
  return typeof value === 'string' ? [value] : []
}

function asText(value: unknown): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)
}

export function textAttribute(group: Group, name: string): string | null {
  const value: unknown = group.attrs[name]?.value
  return typeof value === 'string' ? value : null
}

/** A dataset of floats as a tensor to be read later. `path` is the file's, for messages. */
export function storedTensor(name: string, dataset: Dataset, path: string): StoredTensor {
  return { name, shape: dataset.shape ?? [], read: () => floats(name, dataset, path) }
}

function floats(name: string, dataset: Dataset, path: string): Float32Array {
  const { metadata } = dataset
  if (metadata.virtual_sources !== undefined) throw new GraftError('unsupported', `${name} in ${path} is put together from other files.`, { hint: 'Save the weights into one file.' })
  if (metadata.size < 4) throw notRead(name, dataset, path)
  let value: unknown
  try {
    value = dataset.value
  } catch (cause) {
    throw damaged(path, cause)
  }
  if (value instanceof Float32Array) return value
  if (value instanceof Float64Array) return Float32Array.from(value)
  if (typeof value === 'number') return Float32Array.of(value)
  throw notRead(name, dataset, path)
}

function notRead(name: string, dataset: Dataset, path: string): GraftError {
  return new GraftError('unsupported', `${name} in ${path} is of type ${String(dataset.dtype)}; Graft reads 32- and 64-bit floats from HDF5 files.`, { hint: 'Save the weights as float32, or as safetensors.' })
}

function damaged(path: string, cause: unknown): GraftError {
  return new GraftError('corrupt', `${path} is damaged: the HDF5 library cannot read it.`, { hint: 'Download or copy the file again.', cause })
}
