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
 * A softmax straight on the pooled features by AdamW, whose rate rises over two epochs and falls by a cosine. Chosen by cross-validation on images that
 * its comparison does not use; docs/training.md has the figures of both (`npm run bench -- choose-head`, `npm run bench -- best-practice`).
 */
export const bestPracticeRecipe: Recipe = recipeSchema.parse({
  name: 'best practice: transfer learning',
  phases: [{ kind: 'feature-extraction', epochs: 80, batchSize: 32, optimizer: { name: 'AdamW', learningRate: 0.003, weightDecay: 0.01 }, schedule: { kind: 'cosine', warmUp: 2 } }],
  head: { pooling: 'average', dense: [] },
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

/**
 * The best practice head first, then fewer epochs than the seed study's with AdamW at a low rate that rises over one epoch and falls by a cosine, gradients
 * clipped. Taken from common practice and not tuned on anything; docs/training.md says how it compares.
 */
const bestPracticeFineTuning = (models: string, unfreeze: Unfreeze): Recipe =>
  recipeSchema.parse({
    ...bestPracticeRecipe,
    name: `best practice: fine tuning (${models})`,
    phases: [
      ...bestPracticeRecipe.phases,
      { kind: 'fine-tuning', epochs: 10, batchSize: 16, unfreeze, optimizer: { name: 'AdamW', learningRate: 0.0001, weightDecay: 0.01, globalClipNorm: 1 }, schedule: { kind: 'cosine', warmUp: 1 } },
    ],
  })

export const bestPracticeFineTuningFrom94Recipe = bestPracticeFineTuning('InceptionV3, Xception, MobileNetV2', { index: 94 })

export const recipePresets: readonly Recipe[] = [seedRecipe, bestPracticeRecipe, linearProbeRecipe, fineTuningAllRecipe, fineTuningFrom94Recipe, fineTuningLastStageRecipe, bestPracticeFineTuningFrom94Recipe]
