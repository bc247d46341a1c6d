import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import { zeroSlots, type Rule } from './optimizer.ts'

/** Keras's SGD: momentum = m momentum - rate gradient; with Nesterov the step looks ahead once more. */
export function sgd(recipe: Extract<OptimizerRecipe, { name: 'SGD' }>): Rule {
  return {
    slots: recipe.momentum > 0 ? zeroSlots('momentum') : [],
    // The learning rate is in the gradient already.
    begin: (graph, learningRate) => ({
      gradientScale: learningRate,
      apply: ({ weight, gradient, slots: [momentum] }) => {
        if (momentum === undefined) return { weight: graph.node('Sub', [weight, gradient]), slots: [] }
        const decayed = (value: string): string => graph.node('Sub', [graph.node('Mul', [value, graph.scalar(recipe.momentum)]), gradient])
        const newMomentum = decayed(momentum)
        return { weight: graph.node('Add', [weight, recipe.nesterov ? decayed(newMomentum) : newMomentum]), slots: [newMomentum] }
      },
    }),
  }
}
