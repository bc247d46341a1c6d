import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import { approach, square, zeroSlots, type Rule } from './optimizer.ts'

/** Keras's Adagrad (Duchi et al. 2011): the gradient over the root of the sum of its squares. */
export function adagrad(recipe: Extract<OptimizerRecipe, { name: 'Adagrad' }>): Rule {
  return {
    slots: [{ name: 'accumulator', initial: recipe.initialAccumulator }],
    begin: (graph, learningRate) => ({
      gradientScale: null,
      apply: ({ weight, gradient, slots: [accumulator] }) => {
        const newAccumulator = graph.node('Add', [accumulator!, square(graph, gradient)])
        const root = graph.node('Sqrt', [graph.node('Add', [newAccumulator, graph.scalar(recipe.epsilon)])])
        return { weight: graph.node('Sub', [weight, graph.node('Div', [graph.node('Mul', [gradient, learningRate]), root])]), slots: [newAccumulator] }
      },
    }),
  }
}

/** Keras's Adadelta (Zeiler 2012): steps in the size of the steps before. */
export function adadelta(recipe: Extract<OptimizerRecipe, { name: 'Adadelta' }>): Rule {
  return {
    slots: zeroSlots('accumulated_gradient', 'accumulated_delta'),
    begin: (graph, learningRate) => ({
      gradientScale: null,
      apply: ({ weight, gradient, slots: [gradients, deltas] }) => {
        const root = (value: string): string => graph.node('Sqrt', [graph.node('Add', [value, graph.scalar(recipe.epsilon)])])
        const newGradients = approach(graph, gradients!, square(graph, gradient), recipe.rho)
        const delta = graph.node('Div', [graph.node('Mul', [root(deltas!), gradient]), root(newGradients)])
        const newDeltas = approach(graph, deltas!, square(graph, delta), recipe.rho)
        return { weight: graph.node('Sub', [weight, graph.node('Mul', [delta, learningRate])]), slots: [newGradients, newDeltas] }
      },
    }),
  }
}
