import type { Preprocessing } from '@graft/contracts/model'
import type { Network, NetworkWeights } from '../network/description.ts'
import { constantWeights } from './constant-weights.ts'
import { emitSoftmaxCrossEntropy, softmaxLayer } from './loss.ts'
import { OnnxGraph } from './onnx-graph.ts'
import { declareSamples, networkInput } from './samples-graph.ts'
import { trainableContext } from './trainable-context.ts'
import type { TrainableWeight } from './trainable-state.ts'

/**
 * Compiles the forward pass and loss over weights that are inputs (they change every epoch) to an ONNX model; weights that training leaves alone are constants.
 * Inputs: `samples`, `labels` int64 [n], each block of a weight by its name. Outputs: `losses` float32 [n], `correct` bool [n].
 */
export function compileEvaluation(network: Network, weights: NetworkWeights, trainable: readonly TrainableWeight[], preprocessing: Preprocessing | null): Uint8Array {
  const graph = new OnnxGraph(`evaluate ${network.name}`)
  const stateBlocks = trainable.flatMap(({ blocks }) => blocks)
  const samples = declareSamples(graph, network, preprocessing)
  graph.input('labels', 'int64', ['n'])
  for (const { name, shape } of stateBlocks) graph.input(name, 'float32', shape)
  const context = trainableContext({
    graph,
    network,
    input: networkInput(graph, network, samples, preprocessing),
    weights: new Map(trainable.map(({ name, blocks }) => [name, blocks.map((block) => ({ value: block.name, rows: block.shape[0] ?? 1 }))])),
    constantWeight: constantWeights(graph, weights),
    training: false,
    dropoutMask: null,
  })
  const output = softmaxLayer(network)
  context.value(output.name)
  const loss = emitSoftmaxCrossEntropy(graph, context.keptValue(output, 'preactivation'), 'labels')
  graph.output(loss.losses, 'losses', 'float32', ['n'])
  graph.output(loss.correct, 'correct', 'bool', ['n'])
  return graph.toModel()
}
