import { expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { buildNetwork } from './build.ts'
import { cutNetwork } from './cut.ts'
import type { Network } from './description.ts'
import { summarize } from './summary.ts'

/** Column widths are Keras's only by chance: runs of spaces and of lines count as one. */
function squeezed(summary: string): string[] {
  return summary.trim().split('\n').map((line) => line.replace(/ +/g, ' ').replace(/([━─])\1*/g, '$1'))
}

const resnet = cutNetwork(buildNetwork({ architecture: 'ResNet50', inputSize: [64, 64], includeTop: false }), 'conv2_block2_out')
const vgg16 = buildNetwork({ architecture: 'VGG16', inputSize: [64, 64], includeTop: false })

test.each([
  ['vgg16.summary.txt', vgg16],
  ['resnet50-cut.summary.txt', resnet],
] as [string, Network][])('%s is the same table', (file, network) => {
  const golden = readFileSync(new URL(`golden/${file}`, import.meta.url), 'utf8')
  expect(squeezed(summarize(network))).toEqual(squeezed(golden))
})

test('every line of the table is as long as the others', () => {
  const lengths = summarize(resnet).split('\n').filter((line) => /^[┏┃┡│├└]/.test(line)).map((line) => line.length)
  expect(new Set(lengths).size).toBe(1)
})
