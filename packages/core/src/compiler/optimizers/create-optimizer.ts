import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import type { OnnxGraph } from '../onnx-graph.ts'
import { adadelta, adagrad } from './adagrad.ts'
import { adam, adamax, nadam } from './adam.ts'
import { clippingOf } from './clipping.ts'
import type { Optimizer, Rule, UpdateInput, UpdateOutput } from './optimizer.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

/** Update rules by name: Keras 3's formulas, in its order of operations and its places for epsilon; constant factors are moved to the gradient's scale. */
const rules: { readonly [Name in OptimizerRecipe['name']]: (recipe: Extract<OptimizerRecipe, { name: Name }>) => Rule } = {
  SGD: sgd,
  RMSprop: rmsprop,
  Adagrad: adagrad,
  Adadelta: adadelta,
  Adam: adam,
  AdamW: adam,
  Adamax: adamax,
  Nadam: nadam,
}

/** The slot that holds the moving average of a weight. */
export const averageSlot = 'average'

/** An optimizer with the options that all have: clipping, weight decay, a moving average of the weights. */
export function createOptimizer(recipe: OptimizerRecipe): Optimizer {
  // The table is keyed by the recipe's own name, which TypeScript cannot follow through the union.
  const rule = (rules[recipe.name] as (recipe: OptimizerRecipe) => Rule)(recipe)
  const { weightDecay, averageMomentum } = recipe
  return {
    slots: averageMomentum === undefined ? rule.slots : [...rule.slots, { name: averageSlot, initial: 0 }],
    begin: (graph, learningRate, step) => {
      const update = rule.begin(graph, learningRate, step)
      const decay = weightDecay === undefined ? null : graph.node('Mul', [learningRate, graph.scalar(weightDecay)])
      const average = averageMomentum === undefined ? null : movingAverage(graph, averageMomentum, step)
      const apply = (input: UpdateInput): UpdateOutput => {
        // Keras decays the weight first; the rule goes on from there.
        const weight = decay === null ? input.weight : graph.node('Sub', [input.weight, graph.node('Mul', [input.weight, decay])])
        if (average === null) return update.apply({ ...input, weight })
        // The average's slot is the last, and none of the rule's.
        const next = update.apply({ ...input, weight, slots: input.slots.slice(0, -1) })
        return { ...next, slots: [...next.slots, average(input.slots.at(-1)!, next.weight)] }
      }
      return { gradientScale: update.gradientScale, clip: clippingOf(recipe, graph), apply }
    },
  }
}

/** Keras's `use_ema`: the first step takes the weight as it is. */
function movingAverage(graph: OnnxGraph, momentum: number, step: string): (before: string, weight: string) => string {
  const isLater = graph.node('Cast', [graph.node('Greater', [step, graph.scalar(1)])], { to: 1 })
  const share = graph.node('Mul', [isLater, graph.scalar(momentum)])
  const rest = graph.node('Sub', [graph.scalar(1), share])
  return (before, weight) => graph.node('Add', [graph.node('Mul', [share, before]), graph.node('Mul', [rest, weight])])
}
