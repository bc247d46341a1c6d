import type { Network, NetworkWeights } from '../network/description.ts'
import type { TrainingOptions } from '../runtime/runtime.ts'
import { constantWeights } from './constant-weights.ts'
import { emitPenalty, regularisedKernels } from './l2.ts'
import { createLoss } from './losses/create-loss.ts'
import { OnnxGraph } from './onnx-graph.ts'
import { declareSamples, networkInput } from './samples-graph.ts'
import { trainableContext } from './trainable-context.ts'
import type { TrainableWeight } from './trainable-state.ts'

/**
 * Compiles the forward pass and loss over weights that are inputs (they change every epoch) to an ONNX model; weights that training leaves alone are constants.
 * Inputs: `samples`, `labels` int64 [n], each block of a weight by its name. Outputs: `losses` float32 [n] (each with what L2 adds), `correct` bool [n].
 */
export function compileEvaluation(network: Network, weights: NetworkWeights, trainable: readonly TrainableWeight[], options: Pick<TrainingOptions, 'preprocessing' | 'loss'>): Uint8Array {
  const graph = new OnnxGraph(`evaluate ${network.name}`)
  const stateBlocks = trainable.flatMap(({ blocks }) => blocks)
  const samples = declareSamples(graph, network, options.preprocessing)
  graph.input('labels', 'int64', ['n'])
  for (const { name, shape } of stateBlocks) graph.input(name, 'float32', shape)
  const context = trainableContext({
    graph,
    network,
    input: networkInput(graph, network, samples, options.preprocessing),
    weights: new Map(trainable.map(({ name, blocks }) => [name, blocks.map((block) => ({ value: block.name, rows: block.shape[0] ?? 1 }))])),
    constantWeight: constantWeights(graph, weights),
    training: false,
    dropoutMask: null,
  })
  const loss = createLoss(options.loss, network)
  context.value(loss.output.name)
  const { losses, correct } = loss.emit({ graph, logits: context.keptValue(loss.output, 'preactivation'), labels: 'labels', isSoft: false })
  const penalty = emitPenalty(graph, regularisedKernels(network, trainable), (name) => trainable.find((weight) => weight.name === name)!.blocks.map((block) => block.name))
  graph.output(penalty === null ? losses : graph.node('Add', [losses, penalty]), 'losses', 'float32', ['n'])
  graph.output(correct, 'correct', 'bool', ['n'])
  return graph.toModel()
}
