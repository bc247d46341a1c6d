import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fineTuningAllRecipe, linearProbeRecipe, seedRecipe } from '@graft/contracts/recipe/presets'
import { readRecipe } from './recipe-option.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'graft-recipe-'))))
afterAll(() => rm(folder, { recursive: true }))
const file = async (name: string, text: string) => {
  await writeFile(path.join(folder, name), text)
  return path.join(folder, name)
}

test('presets go by the words of their name, files by YAML or JSON', async () => {
  expect(await readRecipe({})).toEqual(seedRecipe)
  expect(await readRecipe({ recipe: 'linear-probe' })).toEqual(linearProbeRecipe)
  const fromFile = await readRecipe({ recipe: await file('r.yaml', 'name: mine\nphases:\n  - kind: feature-extraction\n    epochs: 3\n    optimizer: { name: SGD, momentum: 0.9 }\n') })
  expect(fromFile.phases[0]).toMatchObject({ epochs: 3, batchSize: 32, optimizer: { name: 'SGD', learningRate: 0.01, momentum: 0.9 } })
})

test('single values change the recipe and its name', async () => {
  const recipe = await readRecipe({ recipe: 'linear-probe', epochs: '5', learningRate: '0.01', batchSize: '8' })
  expect(recipe.name).toBe('linear probe, 5 epochs, 8 a batch, lr 0.01')
  expect(recipe.phases[0]).toMatchObject({ epochs: 5, batchSize: 8, optimizer: { name: 'Adam', learningRate: 0.01 } })
})

test('values go to every phase, or with commas to one after the other', async () => {
  const recipe = await readRecipe({ recipe: 'seed-study-fine-tuning-vgg', epochs: '5', batchSize: '16,8', optimizer: ',adamw', learningRate: ',1e-5' })
  expect(recipe.name).toBe('seed study: fine tuning (VGG), 5 epochs, 16 then 8 a batch, same then AdamW, lr same then 0.00001')
  const [first, second] = fineTuningAllRecipe.phases
  expect(recipe.phases).toEqual([
    { ...first, epochs: 5, batchSize: 16 },
    { ...second, epochs: 5, batchSize: 8, optimizer: { name: 'AdamW', learningRate: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.004 } },
  ])
})

test.each([
  ['a value too many', { epochs: '1,2' }, 'invalid_input', /--epochs: 2 values, but the recipe has one phase/],
  ['lr 0', { learningRate: '0' }, 'invalid_input', /learningRate: Must be greater than 0/],
  ['lr NaN', { learningRate: 'NaN' }, 'invalid_input', /“NaN” is no finite number/],
  ['lr infinite', { learningRate: 'Infinity' }, 'invalid_input', /no finite number/],
  ['half an epoch', { epochs: '1.5' }, 'invalid_input', /epochs/],
  ['unknown optimizer', { optimizer: 'Adamm' }, 'invalid_input', /no optimizer “Adamm”/],
  ['unknown preset', { recipe: 'liner-probe' }, 'not_found', /no recipe “liner-probe”/],
  ['missing file', { recipe: './missing.yaml' }, 'not_found', /no recipe file/],
] as const)('refuses %s', async (_name, options, code, message) => {
  await expect(readRecipe(options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})

test.each([
  ['not YAML', 'a: [1', 'invalid_input', /no valid YAML/],
  ['an unknown field', 'phases: [{ kind: feature-extraction, epoch: 3 }]', 'invalid_input', /epoch/],
  ['__proto__', '{"__proto__": {"phases": []}, "phases": []}', 'invalid_input', /recipe/],
  ['not a number', 'phases: [{ kind: feature-extraction, optimizer: { name: SGD, learningRate: .nan } }]', 'invalid_input', /learningRate: A number is needed/],
  ['an alias bomb', `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.split('').map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`).join('\n')}`, 'invalid_input', /YAML|recipe/],
  ['10 MB', `{"name": "${'x'.repeat(10 * 2 ** 20)}"}`, 'too_large', /10\.0 MB/],
] as const)('refuses a file with %s', async (name, text, code, message) => {
  const recipe = await file(`${name.replaceAll(/\W/g, '')}.yaml`, text)
  await expect(readRecipe({ recipe })).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})
