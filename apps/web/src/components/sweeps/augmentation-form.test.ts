import { augmentationSchema } from '@graft/contracts/recipe/augmentation'
import { randAugmentAugmentation, seedAugmentation } from '@graft/contracts/recipe/augmentation-presets'
import { expect, test } from 'vitest'
import { formOfAugmentation, readAugmentation } from './augmentation-form.ts'

test.each([
  ['none', undefined],
  ["the seed study's", seedAugmentation],
  ['RandAugment', randAugmentAugmentation],
  ['everything', augmentationSchema.parse({ rotation: 1, widthShift: 0.1, heightShift: 0.2, shear: 3, zoom: 0.4, horizontalFlip: true, verticalFlip: true, channelShift: 5, brightness: [0.5, 1.5], fillMode: 'constant', fillValue: 9, crop: { area: [0.3, 0.9], aspect: [0.5, 2] }, colourJitter: { hue: 0.1 }, randAugment: { operations: 3, magnitude: 4 }, mixup: { alpha: 0.3 }, cutmix: { alpha: 0.6 }, views: 7 })],
])('%s goes through the form and comes back as it was', (_, augmentation) => {
  expect(readAugmentation(formOfAugmentation(augmentation), augmentation)).toEqual({ augmentation, errors: {} })
})

test('what is wrong is said at its field', () => {
  const form = formOfAugmentation(seedAugmentation)
  const { augmentation, errors } = readAugmentation({ ...form, texts: { ...form.texts, rotation: '200', zoom: 'much', smallestCrop: '2', darkest: '3', brightest: '2', jitterHue: '0.7', mixup: '0' } })
  expect(augmentation).toBeUndefined()
  expect(Object.keys(errors).toSorted()).toEqual(['darkest', 'jitterHue', 'mixup', 'rotation', 'smallestCrop', 'zoom'])
})
