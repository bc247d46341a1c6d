import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import { square, zeroSlots, type Rule, type RuleUpdate } from './optimizer.ts'

/** Keras's RMSprop: the gradient over the root of a moving average of its square; centered, less the square of the average gradient. */
export function rmsprop(recipe: Extract<OptimizerRecipe, { name: 'RMSprop' }>): Rule {
  const { rho, centered } = recipe
  const hasMomentum = recipe.momentum > 0
  return {
    slots: zeroSlots('velocity', ...(hasMomentum ? ['momentum'] : []), ...(centered ? ['average_gradient'] : [])),
    begin: (graph, learningRate) => {
      // velocity = rho velocity + (1 - rho) gradient^2: with the root of 1 - rho in the gradient, its square is all there is to add.
      const scale = Math.sqrt(1 - rho)
      const rate = graph.node('Div', [learningRate, graph.scalar(scale)])
      const decayed = (value: string): string => graph.node('Mul', [value, graph.scalar(rho)])
      const apply: RuleUpdate['apply'] = ({ weight, gradient, slots }) => {
        const newVelocity = graph.node('Add', [decayed(slots[0]!), square(graph, gradient)])
        // The average holds plain gradients: (1 - rho) gradient is the scaled one times the root of 1 - rho.
        const newAverage = centered ? [graph.node('Add', [decayed(slots.at(-1)!), graph.node('Mul', [gradient, graph.scalar(scale)])])] : []
        const spread = newAverage.reduce((value, average) => graph.node('Sub', [value, square(graph, average)]), newVelocity)
        const root = graph.node('Sqrt', [graph.node('Add', [spread, graph.scalar(recipe.epsilon)])])
        const increment = graph.node('Div', [graph.node('Mul', [gradient, rate]), root])
        if (!hasMomentum) return { weight: graph.node('Sub', [weight, increment]), slots: [newVelocity, ...newAverage] }
        const newMomentum = graph.node('Add', [graph.node('Mul', [slots[1]!, graph.scalar(recipe.momentum)]), increment])
        return { weight: graph.node('Sub', [weight, newMomentum]), slots: [newVelocity, newMomentum, ...newAverage] }
      }
      return { gradientScale: graph.scalar(scale), apply }
    },
  }
}
