import { GraftError } from '@graft/contracts/errors'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const installationSchema = z.object({
  /** npm package with the binding. */
  package: z.enum(['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu']),
  variant: z.enum(['cpu', 'cuda']),
  /** `built` against the C library of PyPI's TensorFlow, or `official`, npm's own download. */
  origin: z.enum(['built', 'official']),
  versions: z.record(z.string(), z.string()),
})
/** What `graft backends install tensorflow` leaves as its last act: an installation without it is not finished. */
export type TensorflowInstallation = z.infer<typeof installationSchema>

export const installationFile = 'installation.json'

/** Where TensorFlow is installed, below the cache folder. */
export const tensorflowFolder = (cacheFolder: string): string => join(cacheFolder, 'backends', 'tensorflow')

/** Throws `unavailable` where nothing is installed, or not to its end. */
export async function readInstallation(folder: string): Promise<TensorflowInstallation> {
  const text = await readFile(join(folder, installationFile), 'utf8').catch(() => null)
  const parsed = installationSchema.safeParse(text === null ? null : parsedJson(text))
  if (parsed.success) return parsed.data
  throw new GraftError('unavailable', `TensorFlow is not installed in ${folder}.`, { hint: 'Install it with `graft backends install tensorflow` (add `--variant cuda` for an NVIDIA GPU).' })
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
