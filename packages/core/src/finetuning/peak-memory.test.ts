import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { modelDescriptionSchema, type ModelDescription } from '@graft/contracts/model'
import { recipeSchema, type Unfreeze } from '@graft/contracts/recipe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildNetwork } from '../network/build.ts'
import { tinyModel } from '../trial/testing/tiny-trial.ts'
import type { WeightFile } from '../trial/trunk.ts'
import { initializeWeights } from '../weights/initialize.ts'
import { writeSafetensors } from '../weights/safetensors.ts'

const child = fileURLToPath(new URL('./testing/peak-memory-child.ts', import.meta.url))
let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'graft-memory-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

async function randomWeights({ architecture, preprocessing }: ModelDescription): Promise<WeightFile> {
  const weights = initializeWeights(buildNetwork({ architecture, inputSize: preprocessing.inputSize, includeTop: false }), 1)
  const bytes = writeSafetensors(Object.fromEntries([...weights].flatMap(([layer, own]) => Object.entries(own).map(([name, tensor]) => [`${layer}/${name}`, tensor]))))
  const path = join(folder, `${architecture}.safetensors`)
  await writeFile(path, bytes)
  return { path, info: { sha256: createHash('sha256').update(bytes).digest('hex'), format: 'safetensors', bytes: bytes.length, includeTop: false, source: 'a test', licence: 'none', trainedOn: 'nothing' } }
}

// Linux counts a process's peak anew when it is told to.
test.skipIf(!existsSync('/proc/self/clear_refs')).each<[ModelDescription['architecture'], number, string, Unfreeze, number]>([
  ['VGG16', 160, 'block5_pool', { block: 'block3' }, 8],
  ['Xception', 160, 'block14_sepconv2_act', 'all', 8],
  ['MobileNet', 192, 'conv_pw_13_relu', 'all', 16],
])('the memory that fine-tuning %s takes is estimated to a quarter', { timeout: 180_000 }, async (architecture, side, featureLayer, unfreeze, batchSize) => {
  const model = modelDescriptionSchema.parse({ ...tinyModel, architecture, alpha: 1, featureLayer, preprocessing: { ...tinyModel.preprocessing, inputSize: [side, side] } })
  const phase = { kind: 'fine-tuning', epochs: 1, batchSize, unfreeze, optimizer: { name: 'SGD', learningRate: 1e-6, momentum: 0.9 } }
  const recipe = recipeSchema.parse({ phases: [phase], head: { dense: [{ units: 256 }] } })
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child, JSON.stringify({ model, weightFile: await randomWeights(model), recipe, images: batchSize })])
  const { estimate, peak } = JSON.parse(stdout) as { estimate: number; peak: number }
  console.log(`${architecture}: estimated ${Math.round(estimate / 1e6)} MB, used ${Math.round(peak / 1e6)} MB`)
  expect(estimate / peak).toBeGreaterThan(0.75)
  expect(estimate / peak).toBeLessThan(1.25)
})
