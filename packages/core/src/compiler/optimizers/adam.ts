import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import { approach, biasCorrection, square, zeroSlots, type Rule } from './optimizer.ts'

/** Keras's Adam (Kingma and Ba 2015), with AMSGrad (Reddi et al. 2018). AdamW is Adam with the weight decay that every optimizer may have. */
export function adam(recipe: Extract<OptimizerRecipe, { name: 'Adam' | 'AdamW' }>): Rule {
  return {
    slots: zeroSlots('momentum', 'velocity', ...(recipe.amsgrad ? ['velocity_hat'] : [])),
    begin: (graph, learningRate, step) => {
      // Keras corrects both biases in the step size.
      const root = graph.node('Sqrt', [biasCorrection(graph, recipe.beta2, step)])
      const alpha = graph.node('Div', [graph.node('Mul', [learningRate, root]), biasCorrection(graph, recipe.beta1, step)])
      return {
        gradientScale: null,
        apply: ({ weight, gradient, slots: [momentum, velocity, largest] }) => {
          const newMomentum = approach(graph, momentum!, gradient, recipe.beta1)
          const newVelocity = approach(graph, velocity!, square(graph, gradient), recipe.beta2)
          const newLargest = largest === undefined ? [] : [graph.node('Max', [largest, newVelocity])]
          const divisor = graph.node('Add', [graph.node('Sqrt', [newLargest[0] ?? newVelocity]), graph.scalar(recipe.epsilon)])
          return { weight: graph.node('Sub', [weight, graph.node('Div', [graph.node('Mul', [newMomentum, alpha]), divisor])]), slots: [newMomentum, newVelocity, ...newLargest] }
        },
      }
    },
  }
}

/** Keras's Adamax (Kingma and Ba 2015): Adam by the largest gradient in place of the root of the mean square. */
export function adamax(recipe: Extract<OptimizerRecipe, { name: 'Adamax' }>): Rule {
  return {
    slots: zeroSlots('momentum', 'norm'),
    begin: (graph, learningRate, step) => {
      const rate = graph.node('Div', [learningRate, biasCorrection(graph, recipe.beta1, step)])
      return {
        gradientScale: null,
        apply: ({ weight, gradient, slots: [momentum, norm] }) => {
          const newMomentum = approach(graph, momentum!, gradient, recipe.beta1)
          const newNorm = graph.node('Max', [graph.node('Mul', [norm!, graph.scalar(recipe.beta2)]), graph.node('Abs', [gradient])])
          const divisor = graph.node('Add', [newNorm, graph.scalar(recipe.epsilon)])
          return { weight: graph.node('Sub', [weight, graph.node('Div', [graph.node('Mul', [newMomentum, rate]), divisor])]), slots: [newMomentum, newNorm] }
        },
      }
    },
  }
}

/** Keras's Nadam (Dozat 2016): Adam with Nesterov's look ahead and a momentum that warms up. */
export function nadam(recipe: Extract<OptimizerRecipe, { name: 'Nadam' }>): Rule {
  return {
    // Keras has one product for all weights; each block has its own here, which are equal.
    slots: [...zeroSlots('momentum', 'velocity'), { name: 'momentum_product', initial: 1, isScalar: true }],
    begin: (graph, learningRate, step) => {
      const one = graph.scalar(1)
      /** beta1 (1 - 0.5 0.96^t). */
      const warmedUp = (at: string): string => graph.node('Mul', [graph.scalar(recipe.beta1), graph.node('Sub', [one, graph.node('Mul', [graph.scalar(0.5), graph.node('Pow', [graph.scalar(0.96), at])])])])
      const now = warmedUp(step)
      const next = warmedUp(graph.node('Add', [step, one]))
      const correction = biasCorrection(graph, recipe.beta2, step)
      return {
        gradientScale: null,
        apply: ({ weight, gradient, slots: [momentum, velocity, product] }) => {
          const newProduct = graph.node('Mul', [product!, now])
          const newMomentum = approach(graph, momentum!, gradient, recipe.beta1)
          const newVelocity = approach(graph, velocity!, square(graph, gradient), recipe.beta2)
          const ahead = graph.node('Div', [next, graph.node('Sub', [one, graph.node('Mul', [newProduct, next])])])
          const present = graph.node('Div', [graph.node('Sub', [one, now]), graph.node('Sub', [one, newProduct])])
          const direction = graph.node('Add', [graph.node('Mul', [newMomentum, ahead]), graph.node('Mul', [gradient, present])])
          const divisor = graph.node('Add', [graph.node('Sqrt', [graph.node('Div', [newVelocity, correction])]), graph.scalar(recipe.epsilon)])
          return { weight: graph.node('Sub', [weight, graph.node('Div', [graph.node('Mul', [direction, learningRate]), divisor])]), slots: [newMomentum, newVelocity, newProduct] }
        },
      }
    },
  }
}
