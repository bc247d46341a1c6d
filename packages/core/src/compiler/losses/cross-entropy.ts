import { isMostProbable, labelDistribution, type Loss, type LossInput } from './loss.ts'

/** Keras's (sparse) categorical cross-entropy of a softmax: minus the sum of label times logarithm of probability. Its gradient is probability - label. */
export const crossEntropy: Loss<'cross-entropy'> = (recipe, input) => {
  const { graph } = input
  const logProbabilities = graph.node('LogSoftmax', [input.logits], { axis: 1 })
  const isPlain = !input.isSoft && recipe.labelSmoothing === undefined
  return {
    losses: graph.node('Neg', [isPlain ? ofLabel(input, logProbabilities) : expected(input, logProbabilities, recipe.labelSmoothing)]),
    correct: isMostProbable(input),
    gradient: () => graph.node('Sub', [graph.node('Exp', [logProbabilities]), labelDistribution(input, recipe.labelSmoothing)]),
  }
}

function ofLabel({ graph, labels }: LossInput, logProbabilities: string): string {
  const column = graph.node('Unsqueeze', [labels, graph.integers([1])])
  return graph.node('Squeeze', [graph.node('GatherElements', [logProbabilities, column], { axis: 1 }), graph.integers([1])])
}

function expected(input: LossInput, logProbabilities: string, labelSmoothing: number | undefined): string {
  const { graph } = input
  return graph.node('ReduceSum', [graph.node('Mul', [labelDistribution(input, labelSmoothing), logProbabilities]), graph.integers([1])], { keepdims: 0 })
}
