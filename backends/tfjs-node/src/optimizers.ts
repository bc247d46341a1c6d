import type { OptimizerRecipe } from '../../../packages/contracts/src/recipe/optimizer.ts'
import type { Tensor, Tensorflow } from './tensorflow.ts'

/** What an optimizer remembers of a weight, by Keras's name, with the value it begins with. */
export type SlotValues = Readonly<Record<string, number>>

export interface Rule {
  readonly slots: SlotValues
  /** The weight and the slots after the step (counted from 1). To be called inside tf.tidy. */
  step(update: { weight: Tensor; gradient: Tensor; slots: Readonly<Record<string, Tensor>>; rate: number; step: number }): { weight: Tensor; slots: Record<string, Tensor> }
}

const noSlots: Record<string, Tensor> = {}
type RecipeOf<Name extends OptimizerRecipe['name']> = Extract<OptimizerRecipe, { name: Name }>
type Rules = { readonly [Name in OptimizerRecipe['name']]: (tf: Tensorflow, recipe: RecipeOf<Name>) => Rule }

/** Keras 3's formulas and places for epsilon. tfjs's own optimizers differ in both and have none of the options. */
const rules: Rules = {
  SGD: (tf, { momentum, nesterov }) => ({
    slots: { ...(momentum > 0 && { momentum: 0 }) },
    step({ weight, gradient, slots, rate }) {
      const change = tf.mul(gradient, rate)
      if (slots['momentum'] === undefined) return { weight: tf.sub(weight, change), slots: noSlots }
      const next = tf.sub(tf.mul(slots['momentum'], momentum), change)
      return { weight: tf.add(weight, nesterov ? tf.sub(tf.mul(next, momentum), change) : next), slots: { momentum: next } }
    },
  }),
  RMSprop: (tf, { rho, momentum, epsilon, centered }) => ({
    slots: { velocity: 0, ...(momentum > 0 && { momentum: 0 }), ...(centered && { average_gradient: 0 }) },
    step({ weight, gradient, slots, rate }) {
      const velocity = mixed(tf, slots['velocity']!, tf.square(gradient), rho)
      const average = centered ? mixed(tf, slots['average_gradient']!, gradient, rho) : null
      const spread = average === null ? velocity : tf.sub(velocity, tf.square(average))
      const change = tf.div(tf.mul(gradient, rate), tf.sqrt(tf.add(spread, epsilon)))
      const next = momentum > 0 ? tf.add(tf.mul(slots['momentum']!, momentum), change) : null
      return { weight: tf.sub(weight, next ?? change), slots: { velocity, ...(next && { momentum: next }), ...(average && { average_gradient: average }) } }
    },
  }),
  Adagrad: (tf, { initialAccumulator, epsilon }) => ({
    slots: { accumulator: initialAccumulator },
    step({ weight, gradient, slots, rate }) {
      const accumulator = tf.add(slots['accumulator']!, tf.square(gradient))
      return { weight: tf.sub(weight, tf.div(tf.mul(gradient, rate), tf.sqrt(tf.add(accumulator, epsilon)))), slots: { accumulator } }
    },
  }),
  Adadelta: (tf, { rho, epsilon }) => ({
    slots: { accumulated_gradient: 0, accumulated_delta: 0 },
    step({ weight, gradient, slots, rate }) {
      const root = (value: Tensor): Tensor => tf.sqrt(tf.add(value, epsilon))
      const gradients = mixed(tf, slots['accumulated_gradient']!, tf.square(gradient), rho)
      const delta = tf.div(tf.mul(root(slots['accumulated_delta']!), gradient), root(gradients))
      return { weight: tf.sub(weight, tf.mul(delta, rate)), slots: { accumulated_gradient: gradients, accumulated_delta: mixed(tf, slots['accumulated_delta']!, tf.square(delta), rho) } }
    },
  }),
  Adam: adam,
  AdamW: adam,
  Adamax: (tf, { beta1, beta2, epsilon }) => ({
    slots: { momentum: 0, norm: 0 },
    step({ weight, gradient, slots, rate, step }) {
      const momentum = mixed(tf, slots['momentum']!, gradient, beta1)
      const norm = tf.maximum(tf.mul(slots['norm']!, beta2), tf.abs(gradient))
      return { weight: tf.sub(weight, tf.div(tf.mul(momentum, rate / biasCorrection(beta1, step)), tf.add(norm, epsilon))), slots: { momentum, norm } }
    },
  }),
  Nadam: (tf, { beta1, beta2, epsilon }) => ({
    slots: { momentum: 0, velocity: 0 },
    step({ weight, gradient, slots, rate, step }) {
      const warmedUp = (at: number): number => beta1 * (1 - 0.5 * 0.96 ** at)
      let product = 1
      for (let at = 1; at <= step; at++) product *= warmedUp(at)
      const momentum = mixed(tf, slots['momentum']!, gradient, beta1)
      const velocity = mixed(tf, slots['velocity']!, tf.square(gradient), beta2)
      const ahead = tf.mul(momentum, warmedUp(step + 1) / (1 - product * warmedUp(step + 1)))
      const direction = tf.add(ahead, tf.mul(gradient, (1 - warmedUp(step)) / (1 - product)))
      return { weight: tf.sub(weight, tf.div(tf.mul(direction, rate), tf.add(tf.sqrt(tf.div(velocity, biasCorrection(beta2, step))), epsilon))), slots: { momentum, velocity } }
    },
  }),
}

function adam(tf: Tensorflow, { beta1, beta2, epsilon, amsgrad }: RecipeOf<'Adam' | 'AdamW'>): Rule {
  return {
    slots: { momentum: 0, velocity: 0, ...(amsgrad && { velocity_hat: 0 }) },
    step({ weight, gradient, slots, rate, step }) {
      const alpha = (rate * Math.sqrt(biasCorrection(beta2, step))) / biasCorrection(beta1, step)
      const momentum = mixed(tf, slots['momentum']!, gradient, beta1)
      const velocity = mixed(tf, slots['velocity']!, tf.square(gradient), beta2)
      const largest = amsgrad ? tf.maximum(slots['velocity_hat']!, velocity) : velocity
      return { weight: tf.sub(weight, tf.div(tf.mul(momentum, alpha), tf.add(tf.sqrt(largest), epsilon))), slots: { momentum, velocity, ...(amsgrad && { velocity_hat: largest }) } }
    },
  }
}

/** The slot of a weight's moving average. */
export const averageSlot = 'average'

/** The rule of a recipe with the options that all have: weight decay, and a moving average of the weights. */
export function createRule(tf: Tensorflow, recipe: OptimizerRecipe): Rule {
  // The table is keyed by the recipe's own name, which TypeScript cannot follow through the union.
  const rule = (rules[recipe.name] as (tf: Tensorflow, recipe: OptimizerRecipe) => Rule)(tf, recipe)
  const { weightDecay, averageMomentum } = recipe
  return {
    slots: { ...rule.slots, ...(averageMomentum !== undefined && { [averageSlot]: 0 }) },
    step(update) {
      const weight = weightDecay === undefined ? update.weight : tf.sub(update.weight, tf.mul(update.weight, update.rate * weightDecay))
      const next = rule.step({ ...update, weight })
      if (averageMomentum === undefined) return next
      // Keras's first step takes the weight as it is.
      const average = update.step > 1 ? mixed(tf, update.slots[averageSlot]!, next.weight, averageMomentum) : tf.clone(next.weight)
      return { ...next, slots: { ...next.slots, [averageSlot]: average } }
    },
  }
}

/** Keras's clipping of all gradients of a step, by the one option that the recipe sets. To be called inside tf.tidy. */
export function clipped(tf: Tensorflow, { clipValue, clipNorm, globalClipNorm }: OptimizerRecipe, gradients: readonly Tensor[]): readonly Tensor[] {
  const squares = (gradient: Tensor): Tensor => tf.sum(tf.square(gradient))
  const shrinking = (sum: Tensor, limit: number): Tensor => tf.div(limit, tf.maximum(tf.sqrt(sum), limit))
  if (clipValue !== undefined) return gradients.map((gradient) => tf.clipByValue(gradient, -clipValue, clipValue))
  if (clipNorm !== undefined) return gradients.map((gradient) => tf.mul(gradient, shrinking(squares(gradient), clipNorm)))
  if (globalClipNorm === undefined) return gradients
  const factor = shrinking(tf.addN(gradients.map(squares)), globalClipNorm)
  return gradients.map((gradient) => tf.mul(gradient, factor))
}

/** share of `from`, the rest of `to`. */
const mixed = (tf: Tensorflow, from: Tensor, to: Tensor, share: number): Tensor => tf.add(tf.mul(from, share), tf.mul(to, 1 - share))

/** 1 - beta^step, rounded to float32 as Keras has it: with beta 0.999 the rounding shows in the first steps. */
function biasCorrection(beta: number, step: number): number {
  return 1 - Math.fround(Math.fround(beta) ** step)
}
