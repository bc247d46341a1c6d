import { expect, test } from 'vitest'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildNetwork } from '../network/build.ts'
import { loadWeightFile } from './load.ts'

/** Real weight files that lie beside the repository where its makers work; too large to be part of it. */
const models = fileURLToPath(new URL('../../../../../shared/models/', import.meta.url))
const bundled = fileURLToPath(new URL('../../bundled/mobilenet-v2.graft-weights', import.meta.url))
const absent = (file: string): boolean => {
  const missing = !existsSync(models + file)
  if (missing) console.log(`skipped: ${models + file} is not here`)
  return missing
}
const vgg16 = 'keras_vgg16_notop/vgg16_notop.h5'
const xception = 'keras_xception_notop/xception_notop.h5'
const mobilenet = 'keras_mobilenet_v2_1.0_224/mobilenet_v2_1.0_224.h5'

test.skipIf(absent(vgg16))('VGG16 of Oxford loads with its known first values', async () => {
  const { weights } = await loadWeightFile(models + vgg16, buildNetwork({ architecture: 'VGG16', inputSize: [224, 224], includeTop: false }))
  expect(weights.get('block1_conv1')!['kernel']!.data[0]).toBeCloseTo(0.42947057, 7)
  expect(weights.get('block1_conv1')!['bias']!.data[0]).toBeCloseTo(0.73429835, 7)
})

test.skipIf(absent(xception))('Xception loads, its nameless layers too', async () => {
  const { weights } = await loadWeightFile(models + xception, buildNetwork({ architecture: 'Xception', inputSize: [299, 299], includeTop: false }))
  expect(weights.size).toBe(80)
  expect(weights.get('conv2d_3')!['kernel']!.shape).toEqual([1, 1, 728, 1024])
  for (const variance of weights.get('batch_normalization_2')!['moving_variance']!.data) expect(variance).toBeGreaterThan(0)
})

test.skipIf(absent(mobilenet))('the bundled MobileNetV2 has every value of the Keras file that it was made from', async () => {
  const network = buildNetwork({ architecture: 'MobileNetV2', inputSize: [224, 224], includeTop: true })
  const [{ weights: ours }, { weights: original }] = await Promise.all([loadWeightFile(bundled, network), loadWeightFile(models + mobilenet, network)])
  const different = [...original].flatMap(([layer, tensors]) =>
    Object.entries(tensors).filter(([name, { data }]) => !Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(Buffer.from(ours.get(layer)![name]!.data.buffer))).map(([name]) => `${layer}/${name}`),
  )
  expect(different).toEqual([])
})
