import { recipePresets, fineTuningLastStageRecipe } from '@graft/contracts/recipe/presets'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { draftOf, readDraft } from './draft.ts'
import { draftOfText, lineOfPath, textOfDraft } from './recipe-text.ts'

test('every preset survives as text', () => {
  for (const preset of recipePresets) {
    const read = draftOfText(textOfDraft(draftOf(preset)))
    expect('value' in read && readDraft(read.value, recipePresets).recipe).toEqual(preset)
  }
})

test('JSON is YAML, too', () => expect(draftOfText('{"phases": [{"kind": "fine-tuning"}]}')).toEqual({ value: { phases: [{ kind: 'fine-tuning' }] } }))

test.each([
  ['phases: [', /^Line 1, column \d+: /],
  ['a: 1\na: 2', /^Line 2, column 1: .*unique/],
  ['', /^A recipe is/],
  ['- 1', /^A recipe is/],
  ['seven', /^A recipe is/],
])('%j is no recipe', (text, problem) => {
  const read = draftOfText(text)
  expect('problem' in read && read.problem).toMatch(problem)
})

test('an error is found in the text, or what is around it', () => {
  const text = textOfDraft(draftOf(fineTuningLastStageRecipe))
  const lines = text.split('\n')
  expect(lines[lineOfPath(text, 'phases.1.unfreeze.block') - 1]).toMatch(/block: conv5/)
  expect(lines[lineOfPath(text, 'phases.1.optimizer.learningRate') - 1]).toMatch(/learningRate: 0.0001/)
  expect(lines[lineOfPath(text, 'head.dense.0.missing') - 1]).toMatch(/units: 1024/)
  expect(lineOfPath(text, 'nowhere')).toBe(1)
})

test('the recipe of docs/recipes.md is one', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../../../docs/recipes.md'), 'utf8')
  const read = draftOfText(/```yaml\n([^]*?)```/.exec(page)![1]!)
  expect('value' in read && readDraft(read.value, []).recipe).toMatchObject({ name: 'VGG16 from block5', phases: [{ epochs: 10 }, { unfreeze: { block: 'block5' } }] })
})
