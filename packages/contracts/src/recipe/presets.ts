import { recipeSchema, type Recipe, type Unfreeze } from '../recipe.ts'

/** The seed study's transfer-learning recipe: GAP, Dense 1024 relu, softmax; RMSprop 1e-3, batch 32, 20 epochs. */
export const seedRecipe: Recipe = recipeSchema.parse({ name: 'seed study: transfer learning', phases: [{ kind: 'feature-extraction' }] })

/** A softmax straight on the pooled features: the linear probe, the quickest honest look at a trunk. */
export const linearProbeRecipe: Recipe = recipeSchema.parse({
  name: 'linear probe',
  phases: [{ kind: 'feature-extraction', epochs: 30, optimizer: { name: 'Adam', learningRate: 0.003 } }],
  head: { pooling: 'average', dense: [] },
})

/**
 * A small head with batch normalization and dropout, AdamW with a cosine after two epochs of warm-up, small batches. docs/training.md says how it was
 * chosen and how it compares with the seed study's (`npm run bench -- choose-head`, `npm run bench -- best-practice`).
 */
export const bestPracticeRecipe: Recipe = recipeSchema.parse({
  name: 'best practice: transfer learning',
  phases: [{ kind: 'feature-extraction', epochs: 40, batchSize: 16, optimizer: { name: 'AdamW', learningRate: 0.001, weightDecay: 0.01 }, schedule: { kind: 'cosine', warmUp: 2 } }],
  head: { pooling: 'average', dense: [{ units: 256, activation: 'relu', batchNormalization: true, dropout: 0.5 }], dropout: 0.2 },
})

/**
 * The seed study's fine tuning: its transfer learning first, then SGD 1e-4 with momentum 0.9 on the layers from a boundary up. The
 * study unfroze all of VGG16 and VGG19, and InceptionV3 and Xception from layer 94. It had no ResNet50: its last stage, a third of
 * the layers as with the other two, is our choice.
 */
const fineTuning = (models: string, unfreeze: Unfreeze): Recipe =>
  recipeSchema.parse({ name: `seed study: fine tuning (${models})`, phases: [{ kind: 'feature-extraction' }, { kind: 'fine-tuning', unfreeze }] })

export const fineTuningAllRecipe = fineTuning('VGG', 'all')
export const fineTuningFrom94Recipe = fineTuning('InceptionV3, Xception', { index: 94 })
export const fineTuningLastStageRecipe = fineTuning('ResNet50', { block: 'conv5' })

export const recipePresets: readonly Recipe[] = [seedRecipe, bestPracticeRecipe, linearProbeRecipe, fineTuningAllRecipe, fineTuningFrom94Recipe, fineTuningLastStageRecipe]
