import { GraftError } from '@graft/contracts/errors'
import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import type { OnnxGraph } from './onnx-graph.ts'

/** One weight and its gradient, as values of the graph. */
export interface UpdateInput {
  readonly weight: string
  readonly gradient: string
  /** In the order of `slots`. */
  readonly slots: readonly string[]
}
export interface UpdateOutput {
  readonly weight: string
  readonly slots: readonly string[]
}

export interface Optimizer {
  /** What it remembers of each weight, by Keras's names; every slot has the weight's shape and starts at zero. */
  readonly slots: readonly string[]
  /**
   * Adds what one step's updates share. `learningRate`: float32 of rank 0; `step`: float32 of rank 0, 1 in the first step of
   * the training.
   */
  begin(graph: OnnxGraph, learningRate: string, step: string): Update
}

export interface Update {
  /**
   * A factor (float32 of rank 0) that the rule wants on every gradient. It is applied to the gradient by the logits, where it
   * costs nothing, instead of to each weight's, which are millions of values.
   */
  readonly gradientScale: string | null
  /** The update of a single weight from its scaled gradient. */
  apply(input: UpdateInput): UpdateOutput
}

type Rule<Name extends OptimizerRecipe['name']> = (recipe: Extract<OptimizerRecipe, { name: Name }>) => Optimizer

/** Update rules by name: Keras 3's formulas, in its order of operations and its places for epsilon; constant factors are moved to the gradient's scale. */
const rules: { readonly [Name in OptimizerRecipe['name']]?: Rule<Name> } = {
  RMSprop: (recipe) => {
    const hasMomentum = recipe.momentum > 0
    return {
      slots: hasMomentum ? ['velocity', 'momentum'] : ['velocity'],
      begin: (graph, learningRate) => {
        // velocity = rho velocity + (1 - rho) gradient^2: with the root of 1 - rho in the gradient, its square is all there is to add.
        const scale = Math.sqrt(1 - recipe.rho)
        const rate = graph.node('Div', [learningRate, graph.scalar(scale)])
        const apply: Update['apply'] = ({ weight, gradient, slots: [velocity, momentum] }) => {
          const newVelocity = graph.node('Add', [graph.node('Mul', [velocity!, graph.scalar(recipe.rho)]), graph.node('Mul', [gradient, gradient])])
          const root = graph.node('Sqrt', [graph.node('Add', [newVelocity, graph.scalar(recipe.epsilon)])])
          const increment = graph.node('Div', [graph.node('Mul', [gradient, rate]), root])
          if (!hasMomentum) return { weight: graph.node('Sub', [weight, increment]), slots: [newVelocity] }
          const newMomentum = graph.node('Add', [graph.node('Mul', [momentum!, graph.scalar(recipe.momentum)]), increment])
          return { weight: graph.node('Sub', [weight, newMomentum]), slots: [newVelocity, newMomentum] }
        }
        return { gradientScale: graph.scalar(scale), apply }
      },
    }
  },

  SGD: (recipe) => ({
    slots: recipe.momentum > 0 ? ['momentum'] : [],
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
  }),

  Adam: (recipe) => ({
    slots: ['momentum', 'velocity'],
    begin: (graph, learningRate, step) => {
      // Keras corrects both biases in the step size, in float32: 1 - 0.999^1 is rounded there, so it must be here.
      const correction = (beta: number): string => graph.node('Sub', [graph.scalar(1), graph.node('Pow', [graph.scalar(beta), step])])
      const alpha = graph.node('Div', [graph.node('Mul', [learningRate, graph.node('Sqrt', [correction(recipe.beta2)])]), correction(recipe.beta1)])
      const approach = (from: string, to: string, beta: number): string => graph.node('Add', [from, graph.node('Mul', [graph.node('Sub', [to, from]), graph.scalar(1 - beta)])])
      const apply: Update['apply'] = ({ weight, gradient, slots: [momentum, velocity] }) => {
        const newMomentum = approach(momentum!, gradient, recipe.beta1)
        const newVelocity = approach(velocity!, graph.node('Mul', [gradient, gradient]), recipe.beta2)
        const root = graph.node('Add', [graph.node('Sqrt', [newVelocity]), graph.scalar(recipe.epsilon)])
        return { weight: graph.node('Sub', [weight, graph.node('Div', [graph.node('Mul', [newMomentum, alpha]), root])]), slots: [newMomentum, newVelocity] }
      }
      return { gradientScale: null, apply }
    },
  }),
}

export function createOptimizer(recipe: OptimizerRecipe): Optimizer {
  // The table is keyed by the recipe's own name, which TypeScript cannot follow through the union.
  const rule = rules[recipe.name] as ((recipe: OptimizerRecipe) => Optimizer) | undefined
  if (rule === undefined) throw new GraftError('unsupported', `The optimizer ${recipe.name} is not there yet.`)
  return rule(recipe)
}
