import { isMostProbable, labelDistribution, type Loss } from './loss.ts'

/** Keras clips probabilities this far from 0 and 1. */
const margin = 1e-7

/**
 * Keras's CategoricalFocalCrossentropy (Lin et al. 2017) of a softmax: - alpha sum y (1 - p)^gamma log p. With
 * s = - alpha y ((1 - p)^gamma - gamma p (1 - p)^(gamma - 1) log p) its gradient by the logits is s - p sum s.
 */
export const focal: Loss<'focal'> = ({ gamma, alpha, labelSmoothing }, input) => {
  const { graph } = input
  const product = (...factors: string[]): string => factors.reduce((left, right) => graph.node('Mul', [left, right]))
  const summed = (value: string, keepdims: 0 | 1): string => graph.node('ReduceSum', [value, graph.integers([1])], { keepdims })
  const logProbabilities = graph.node('LogSoftmax', [input.logits], { axis: 1 })
  const probabilities = graph.node('Exp', [logProbabilities])
  const others = graph.node('Max', [graph.node('Sub', [graph.scalar(1), probabilities]), graph.scalar(margin)])
  const focus = graph.node('Pow', [others, graph.scalar(gamma)])
  const labels = product(labelDistribution(input, labelSmoothing), graph.scalar(-alpha))
  return {
    losses: summed(product(labels, focus, logProbabilities), 0),
    correct: isMostProbable(input),
    gradient: () => {
      const bend = product(probabilities, graph.node('Pow', [others, graph.scalar(gamma - 1)]), logProbabilities, graph.scalar(gamma))
      const slope = product(labels, graph.node('Sub', [focus, bend]))
      return graph.node('Sub', [slope, product(probabilities, summed(slope, 1))])
    },
  }
}
