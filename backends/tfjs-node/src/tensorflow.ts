import { createRequire } from 'node:module'
import path from 'node:path'

/** What the package `@tensorflow/tfjs-node` gives, as far as it is used here. */
export type Tensorflow = typeof import('@tensorflow/tfjs-core') & Pick<typeof import('@tensorflow/tfjs-layers'), 'loadLayersModel'> & { readonly version: Readonly<Record<string, string>> }
export type { Tensor, Variable } from '@tensorflow/tfjs-core'
export type { LayersModel } from '@tensorflow/tfjs-layers'

/** The package as it lies in an installation. Threads are counted when its library starts, so they come first. */
export function loadTensorflow(folder: string, packageName: string, threads: string): Tensorflow {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  if (threads !== '') Object.assign(process.env, { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: '1' })
  mendNode23()
  return createRequire(path.join(folder, 'package.json'))(packageName) as Tensorflow
}

/** tfjs-node 4.22 calls functions of `util` that Node 23 has no more. */
function mendNode23(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
}
