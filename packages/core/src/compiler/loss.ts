import { GraftError } from '@graft/contracts/errors'
import type { Layer, Network } from '../network/description.ts'
import type { OnnxGraph } from './onnx-graph.ts'

export interface SoftmaxCrossEntropy {
  /** [N]: minus the logarithm of the true class's probability. */
  readonly losses: string
  /** [N] bool: whether the most probable class (the first of equals) is the true one. */
  readonly correct: string
  /** [N, classes]: logarithms of the probabilities. */
  readonly logProbabilities: string
}

/** The layer whose logits the loss takes; throws `unsupported` where the network does not end in a softmax over a vector. */
export function softmaxLayer(network: Network): Layer {
  const layer = network.layers.find(({ name }) => name === network.output)
  if (layer !== undefined && (layer.kind === 'dense' || layer.kind === 'activation') && layer.activation === 'softmax') return layer
  throw new GraftError('unsupported', `${network.name} cannot be trained: its last layer is not a softmax over classes.`, { hint: 'End it in a dense layer with softmax.' })
}

/** Keras's sparse categorical cross-entropy of a softmax, taken from the logits so that no probability rounds to zero. `labels`: int64 [N]. */
export function emitSoftmaxCrossEntropy(graph: OnnxGraph, logits: string, labels: string): SoftmaxCrossEntropy {
  const logProbabilities = graph.node('LogSoftmax', [logits], { axis: 1 })
  const column = graph.node('Unsqueeze', [labels, graph.integers([1])])
  const ofLabel = graph.node('GatherElements', [logProbabilities, column], { axis: 1 })
  return {
    losses: graph.node('Neg', [graph.node('Squeeze', [ofLabel, graph.integers([1])])]),
    correct: graph.node('Equal', [graph.node('ArgMax', [logits], { axis: 1, keepdims: 0 }), labels]),
    logProbabilities,
  }
}

/** Gradient of the mean loss by the logits: (probability - [is the true class]) / N. */
export function emitLogitsGradient(graph: OnnxGraph, loss: SoftmaxCrossEntropy, labels: string, classes: number): string {
  const probabilities = graph.node('Exp', [loss.logProbabilities])
  const oneHot = graph.node('OneHot', [labels, graph.integers([classes]), graph.floats(Float32Array.of(0, 1), [2])])
  const count = graph.node('Cast', [graph.node('Size', [labels])], { to: 1 })
  return graph.node('Div', [graph.node('Sub', [probabilities, oneHot]), count])
}
