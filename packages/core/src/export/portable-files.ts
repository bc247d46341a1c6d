import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Preprocessing } from '@graft/contracts/model'
import type { ArtifactKind, ExportFormat } from '@graft/contracts/trial'
import type { NetworkWeights, Tensor } from '../network/description.ts'
import type { WeightedNetwork } from '../prediction/join-networks.ts'
import { loadWeightFile } from '../weights/load.ts'
import { writeSafetensors } from '../weights/safetensors.ts'
import { writeKerasH5 } from './write-keras-h5.ts'
import { tfjsShardName, writeTfjsLayers } from './write-tfjs-layers.ts'

export interface ExportedFile {
  readonly kind: ArtifactKind
  readonly name: string
  readonly bytes: Uint8Array
}

export interface PortableFiles {
  readonly files: readonly ExportedFile[]
  /** The network as the files describe it, with the weights as they were read from them again. */
  readonly reread: WeightedNetwork
  /** What images need before that network. */
  readonly preprocessing: Preprocessing
}

type PortableFormat = Exclude<ExportFormat, 'onnx'>
/** Writes into a folder; says which files, and what to load them again from. */
type Write = (portable: WeightedNetwork, folder: string, metadata: Readonly<Record<string, string>>) => Promise<{ files: readonly { kind: ArtifactKind; name: string }[]; source: string }>

const writers: Readonly<Record<PortableFormat, Write>> = {
  keras: async (portable, folder) => {
    await writeKerasH5(portable, join(folder, 'model.h5'))
    return { files: [{ kind: 'keras-h5', name: 'model.h5' }], source: 'model.h5' }
  },
  tfjs: async (portable, folder) => {
    const { modelJson, shard } = writeTfjsLayers(portable)
    await mkdir(join(folder, 'tfjs'))
    await Promise.all([writeFile(join(folder, 'tfjs', 'model.json'), modelJson), writeFile(join(folder, 'tfjs', tfjsShardName), shard)])
    return { files: [{ kind: 'tfjs-model', name: 'tfjs/model.json' }, { kind: 'tfjs-weights', name: `tfjs/${tfjsShardName}` }], source: 'tfjs' }
  },
  safetensors: async ({ weights }, folder, metadata) => {
    const tensors: Record<string, Tensor> = Object.fromEntries([...weights].flatMap(([layer, own]) => Object.entries(own).map(([name, tensor]) => [`${layer}/${name}`, tensor])))
    await writeFile(join(folder, 'model.safetensors'), writeSafetensors(tensors, metadata))
    return { files: [{ kind: 'safetensors', name: 'model.safetensors' }], source: 'model.safetensors' }
  },
}

/**
 * A trained model in a format other than ONNX, written and read again. Keras's and tfjs's files hold the network with its preprocessing
 * inside (`portable`, asked for only by these) and take float32 RGB pixels of 0 to 255; safetensors holds the weights of the whole network under Keras's names.
 * Throws `unsupported` where the format cannot hold the network.
 */
export async function writePortableFiles(whole: WeightedNetwork, options: { format: PortableFormat; portable: () => WeightedNetwork; preprocessing: Preprocessing; metadata: Readonly<Record<string, string>>; signal?: AbortSignal }): Promise<PortableFiles> {
  const { format, preprocessing } = options
  const holdsPreprocessing = format !== 'safetensors'
  const portable = holdsPreprocessing ? options.portable() : whole
  const folder = await mkdtemp(join(tmpdir(), 'graft-export-'))
  try {
    const { files, source } = await writers[format](portable, folder, options.metadata)
    const { weights }: { weights: NetworkWeights } = await loadWeightFile(join(folder, source), portable.network, options.signal)
    return {
      files: await Promise.all(files.map(async ({ kind, name }) => ({ kind, name, bytes: await readFile(join(folder, name)) }))),
      reread: { network: portable.network, weights },
      preprocessing: holdsPreprocessing ? { ...preprocessing, mode: 'none' } : preprocessing,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
