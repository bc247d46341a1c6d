import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { DatasetManifest } from '@graft/contracts/dataset'
import { openFolder } from '../src/dataset/folder-source.ts'
import { importDataset } from '../src/dataset/import.ts'
import type { TrialOptions } from '../src/trial/trial-options.ts'
import type { WeightFile } from '../src/trial/trunk.ts'
import { hashFile } from '../src/weights/hash-file.ts'

const files: Record<string, { file: string; includeTop: boolean }> = {
  'mobilenet-v2': { file: 'keras_mobilenet_v2_1.0_224/mobilenet_v2_1.0_224.h5', includeTop: true },
  vgg16: { file: 'keras_vgg16_notop/vgg16_notop.h5', includeTop: false },
  xception: { file: 'keras_xception_notop/xception_notop.h5', includeTop: false },
}

/** The real ImageNet weights of a model in the shared folder. */
export async function sharedWeightFile(shared: string, model: string): Promise<WeightFile> {
  const { file, includeTop } = files[model]!
  const at = path.join(shared, 'models', file)
  return { path: at, info: { ...(await hashFile(at)), format: 'keras-h5', includeTop, source: file, licence: 'see model-info.json', trainedOn: 'ImageNet' } }
}

export interface SharedDataset {
  readonly name: string
  readonly manifest: DatasetManifest
  /** Which images belong together, by path: the signers of the digits (groups.json). An image that no group is named for is its own. */
  groupOf(path: string): string
  readonly read: TrialOptions['read']
  close(): Promise<void>
}

/** A shared dataset as an import sees it. */
export async function openSharedDataset(shared: string, name: string): Promise<SharedDataset> {
  const folder = path.join(shared, 'datasets', name)
  const source = await openFolder(folder)
  const { manifest } = await importDataset({ source, splitRule: 'folders', seed: 0 })
  const named = path.join(folder, 'groups.json')
  const groups = existsSync(named) ? (JSON.parse(await readFile(named, 'utf8')) as Record<string, number>) : {}
  return { name, manifest, groupOf: (image) => `${groups[image] ?? image}`, read: (image) => source.read(image.path), close: () => source.close() }
}
