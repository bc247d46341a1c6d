import { optimizerNames } from '@graft/contracts/recipe/optimizer'
import { recipeReference } from '@graft/contracts/testing/recipe-reference'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { AugmentationFields } from './augmentation-fields.tsx'
import { DraftProvider } from './draft-context.tsx'
import type { Draft } from './draft.ts'
import { HeadFields } from './head-fields.tsx'
import { LossFields } from './loss-fields.tsx'
import { NetworkFields } from './network-fields.tsx'
import { PhaseFields } from './phase-fields.tsx'
import { TestTimeFields } from './recipe-editor.tsx'

/** Every field that the schema can hold, without indices (`phases.optimizer.momentum`), and those that are no groups. */
const fields = recipeReference().map(({ path }) => path.replaceAll('[]', ''))
const leaves = fields.filter((path) => !fields.some((other) => other.startsWith(`${path}.`)))

/** Paths of the inputs that are on the page, without indices. Parts that are folded are unfolded by an error in each of them. */
function shown(draft: Draft): string[] {
  const errors = Object.fromEntries(['phases.0.schedule', 'phases.0.optimizer', 'head.pooling', 'loss', 'testTimeAugmentation', 'augmentation.views', ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((index) => [`network.${index}`, `head.dense.${index}.l2`])].map((path) => [path, 'x']))
  const html = renderToStaticMarkup(
    <DraftProvider value={{ draft, errors, change: () => {} }}>
      <PhaseFields />
      <HeadFields />
      <LossFields classes={['a']} />
      <TestTimeFields draft={draft} />
      <NetworkFields />
      <AugmentationFields />
    </DraftProvider>,
  )
  return [...html.matchAll(/ name="([^"]+)"/g)].map(([, path]) => path!.replaceAll(/\.\d+/g, ''))
}

const augmentation = { brightness: [1, 1], crop: { area: [0.5, 1], aspect: [1, 1] }, colourJitter: {}, randAugment: {}, fillMode: 'constant' }
const layers = ['convolution', 'separable-convolution', 'depthwise-convolution', 'max-pooling', 'batch-normalization', 'activation', 'dropout', 'dense'].map((kind) => ({ kind }))
const drafts: Draft[] = [
  ...optimizerNames.map((name) => ({ phases: [{ kind: 'feature-extraction', optimizer: { name, clipNorm: 1, globalClipNorm: 1, clipValue: 1 } }], head: { dense: [{}] }, network: layers, augmentation, classWeights: 'balanced', loss: { name: 'focal' } })),
  ...['step', 'exponential', 'cosine', 'reduce-on-plateau'].flatMap((kind) => [{ block: 'x' }, { layer: 'x' }, { index: 1 }].map((unfreeze) => ({ phases: [{ kind: 'fine-tuning', schedule: { kind }, earlyStopping: {}, unfreeze }] }))),
]

test('the form reaches everything that a recipe can hold', () => {
  const onThePage = new Set(drafts.flatMap(shown))
  // A choice between forms stands for the form: `unfreeze` (all, a block, ...), `classWeights` (balanced, by class).
  const missing = leaves.filter((path) => !onThePage.has(path) && ![...onThePage].some((name) => name === `${path}.kind`) && path !== 'name')
  expect(missing).toEqual([])
  expect(leaves.length).toBeGreaterThan(70)
})

test('what the form writes is what the schema reads', () => {
  const paths = new Set(drafts.flatMap(shown))
  const choices = ['phases.unfreeze.kind', 'phases.optimizer.clipping', 'classWeights.kind']
  expect([...paths].filter((path) => !leaves.includes(path) && !choices.includes(path))).toEqual([])
})
