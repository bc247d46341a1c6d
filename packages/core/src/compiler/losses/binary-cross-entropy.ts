import { labelClass, type Loss, type LossInput } from './loss.ts'

/** Keras's binary cross-entropy of one sigmoid output, the second class's probability: max(z, 0) - z y + log(1 + exp(-|z|)). Its gradient is probability - y. */
export const binaryCrossEntropy: Loss<'binary-cross-entropy'> = ({ labelSmoothing = 0 }, input) => {
  const { graph, logits } = input
  const label = secondClass(input)
  const smoothed = labelSmoothing === 0 ? label : graph.node('Add', [graph.node('Mul', [label, graph.scalar(1 - labelSmoothing)]), graph.scalar(labelSmoothing / 2)])
  const tail = graph.node('Log', [graph.node('Add', [graph.scalar(1), graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [logits])])])])])
  const losses = graph.node('Add', [graph.node('Sub', [graph.node('Relu', [logits]), graph.node('Mul', [logits, smoothed])]), tail])
  const column = graph.integers([1])
  const isSecond = graph.node('Squeeze', [graph.node('Greater', [logits, graph.scalar(0)]), column])
  return {
    losses: graph.node('Squeeze', [losses, column]),
    correct: graph.node('Equal', [graph.node('Cast', [isSecond], { to: 7 }), labelClass(input)]),
    gradient: () => graph.node('Sub', [graph.node('Sigmoid', [logits]), smoothed]),
  }
}

/** float32 [N, 1]: how far a sample is of the second class. */
function secondClass({ graph, labels, isSoft }: LossInput): string {
  if (isSoft) return graph.node('Gather', [labels, graph.integers([1])], { axis: 1 })
  return graph.node('Unsqueeze', [graph.node('Cast', [labels], { to: 1 }), graph.integers([1])])
}
