import { readFileSync, writeFileSync } from 'node:fs'
import { createMemoryFeatureStore } from '../../features/testing/memory-feature-store.ts'
import { makeTestImages } from '../../features/testing/test-images.ts'
import { createOnnxRuntime } from '../../runtime/onnx/onnx-runtime.ts'
import { manifestOf } from '../../trial/testing/tiny-trial.ts'
import { runTrial } from '../../trial/run-trial.ts'
import type { TrialOptions } from '../../trial/trial-options.ts'

/**
 * Runs a fine-tuning trial on made-up images in this process and prints, as JSON, what the planner estimated and the peak that Linux
 * counted from then on (VmHWM). One argument: JSON of the options that matter.
 */
const { model, weightFile, recipe, images: imagesEach } = JSON.parse(process.argv[2]!) as Pick<TrialOptions, 'model' | 'weightFile' | 'recipe'> & { images: number }
const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))![1])
const images = await makeTestImages(2, imagesEach)
let before = 0
let estimate = 0
await runTrial({
  runtime: await createOnnxRuntime({ threads: 2 }),
  model,
  weightFile,
  manifest: manifestOf(images, ['plain', 'striped']),
  recipe,
  seed: 1,
  read: async (image) => images.find(({ sha256 }) => sha256 === image.sha256)!.bytes,
  features: createMemoryFeatureStore(),
  onPlan: ({ memory }) => {
    estimate = memory
    before = kilobytes('VmRSS') * 1024
    // Linux: the peak counts from here on.
    writeFileSync('/proc/self/clear_refs', '5')
  },
})
console.log(JSON.stringify({ before, estimate, peak: kilobytes('VmHWM') * 1024 }))
