import { recipeSchema, type Recipe } from '@graft/contracts/recipe'
import { linearProbeRecipe, seedRecipe } from '@graft/contracts/recipe/presets'

type Given = Record<string, unknown>

const adamW = (learningRate: number): Given => ({ name: 'AdamW', learningRate, weightDecay: 0.01 })
const recipe = (name: string, head: Given, optimizer: Given, phase: Given = {}, whole: Given = {}): Recipe =>
  recipeSchema.parse({ name, phases: [{ kind: 'feature-extraction', epochs: 40, batchSize: 16, schedule: { kind: 'cosine', warmUp: 2 }, optimizer, ...phase }], head, ...whole })
const dense = (units: number, more: Given = {}): Given => ({ units, activation: 'relu', dropout: 0.5, ...more })
const smoothed = { loss: { name: 'cross-entropy', labelSmoothing: 0.1 } }

/** What the best practice head was chosen among. */
export const headCandidates: readonly Recipe[] = [
  seedRecipe,
  linearProbeRecipe,
  recipe('linear, 80 epochs', { dense: [] }, adamW(0.003), { batchSize: 32, epochs: 80 }),
  recipe('linear, dropout', { dense: [], dropout: 0.2 }, adamW(0.003)),
  recipe('linear, dropout, smoothed labels', { dense: [], dropout: 0.2 }, adamW(0.003), { batchSize: 32 }, smoothed),
  recipe('256', { dense: [dense(256)], dropout: 0.2 }, adamW(0.001)),
  recipe('256, rate 0.002, batch 32', { dense: [dense(256)], dropout: 0.2 }, adamW(0.002), { batchSize: 32 }),
  recipe('256 normalized', { dense: [dense(256, { batchNormalization: true })], dropout: 0.2 }, adamW(0.001)),
  recipe('256 normalized, smoothed labels', { dense: [dense(256, { batchNormalization: true })], dropout: 0.2 }, adamW(0.001), {}, smoothed),
]
