import { GraftError } from '@graft/contracts/errors'
import type { ModelDescription } from '@graft/contracts/model'
import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { buildNetwork } from '../network/build.ts'
import { writeGraftWeights } from './graft-weights.ts'
import { matchWeights } from './match.ts'
import { openTfjsLayers } from './tfjs-layers.ts'
import type { WeightSource } from './catalog.ts'

type PackageSource = Extract<WeightSource, { kind: 'package' }>

/** The folder of a model inside an installed npm package; null where the package is not installed. */
export function packagedModelFolder(weights: PackageSource): string | null {
  try {
    // Packages do not export their package.json: the folder is found from the entry point, dist/cjs/index.js.
    const entry = createRequire(import.meta.url).resolve(weights.package)
    const folder = join(dirname(entry), '..', weights.folder)
    return existsSync(folder) ? folder : null
  } catch {
    return null
  }
}

/** Writes the model's weights without top as one .graft-weights file in float32: one file can be hashed, stored and sent. */
export async function convertPackagedModel(model: ModelDescription, weights: PackageSource, target: string, signal?: AbortSignal): Promise<void> {
  const folder = packagedModelFolder(weights)
  if (folder === null) throw new GraftError('unavailable', `The npm package ${weights.package}, which holds the weights of ${model.name}, is not installed.`, { hint: 'Run npm start (or pnpm install) again.' })
  const stored = await openTfjsLayers(folder, signal)
  const network = buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: model.preprocessing.inputSize, includeTop: false })
  const bytes = writeGraftWeights(
    matchWeights(stored, network),
    {
      architecture: model.architecture,
      alpha: model.alpha,
      includeTop: false,
      classes: 1000,
      preprocessing: model.preprocessing,
      licence: weights.licence,
      source: model.source ?? weights.package,
      trainedOn: weights.trainedOn,
    },
    () => ({ kind: 'float32' }),
  )
  signal?.throwIfAborted()
  const temporary = `${target}.${process.pid}.tmp`
  try {
    await writeFile(temporary, bytes)
    await rename(temporary, target)
  } finally {
    await rm(temporary, { force: true })
  }
}
