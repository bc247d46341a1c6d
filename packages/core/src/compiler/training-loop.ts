import type { Network, NetworkWeights } from '../network/description.ts'
import { maskInputs } from '../network/mask-inputs.ts'
import type { TrainingOptions } from '../runtime/runtime.ts'
import { emitGradients } from './backward/gradients.ts'
import { constantWeights } from './constant-weights.ts'
import type { LayerOf } from './layer-operations.ts'
import { emitLogitsGradient, emitSoftmaxCrossEntropy, softmaxLayer } from './loss.ts'
import { OnnxGraph } from './onnx-graph.ts'
import { createOptimizer } from './optimizers/create-optimizer.ts'
import type { Gradients, Update } from './optimizers/optimizer.ts'
import { declareSamples, networkInput } from './samples-graph.ts'
import { trainableContext, type TrainableContextOptions } from './trainable-context.ts'
import { stateEntries, trainableWeights, type StateEntry, type TrainableWeight } from './trainable-state.ts'

export interface TrainingProgram {
  /** ONNX model; see `compileTraining` for its inputs and outputs. */
  readonly model: Uint8Array
  readonly trainable: readonly TrainableWeight[]
}

/**
 * Compiles many training steps (forward, reverse, update) into one ONNX model: a Loop over minibatches whose state is the
 * weights and the optimizer's slots, so that JavaScript is entered once an epoch.
 *
 * Weights of frozen layers, and statistics of batch normalization that are kept, are constants.
 *
 * Inputs: `samples` ([n, ...input shape], uint8 with preprocessing, else float32), `labels` int64 [n], `order` int64 [m]
 * (which samples, in which order; the last batch may be smaller, its mean is over its real size, as in Keras's fit), `steps`
 * int64 (ceil(m / batch size)), `learning_rates` float32 [steps], `steps_before` int64 (steps of earlier runs), `mask/<layer>` for each
 * dropout layer, and each state entry by its name.
 * Outputs: each state entry as `<name>/next`; `losses` float32 [steps], the mean loss of each batch before its update; `correct` int64 [steps];
 * `checksum` float32, the sum of the whole state: no finite number once anything in it is none (onnxruntime's Relu turns NaN into
 * 0, so that the loss alone may not show it).
 */
export function compileTraining(network: Network, weights: NetworkWeights, options: TrainingOptions): TrainingProgram {
  const trainable = trainableWeights(network, createOptimizer(options.optimizer).slots, options)
  const state = stateEntries(trainable)

  const graph = new OnnxGraph(`train ${network.name}`)
  declareSamples(graph, network, options.preprocessing)
  graph.input('labels', 'int64', ['n'])
  graph.input('order', 'int64', ['m'])
  graph.input('steps', 'int64', [])
  graph.input('learning_rates', 'float32', ['steps'])
  graph.input('steps_before', 'int64', [])
  for (const mask of maskInputs(network)) graph.input(mask.input, 'uint8', ['m', ...mask.shape])
  for (const entry of state) graph.input(entry.name, 'float32', entry.shape)

  // In the outer graph, so that a step finds them as they are.
  const constantWeight = constantWeights(graph, weights)
  const body = stepBody(graph, network, trainable, { ...options, constantWeight })
  const results = graph.nodes('Loop', ['steps', '', ...state.map(({ name }) => name)], state.length + 2, { body: { graph: body } })
  for (const [index, entry] of state.entries()) graph.output(results[index]!, `${entry.name}/next`, 'float32', entry.shape)
  graph.output(results[state.length]!, 'losses', 'float32', ['steps'])
  graph.output(results[state.length + 1]!, 'correct', 'int64', ['steps'])
  const sums = state.map((_, index) => graph.node('ReduceSum', [results[index]!], { keepdims: 0 }))
  graph.output(graph.node('Sum', sums), 'checksum', 'float32', [])
  return { model: graph.toModel(), trainable }
}

/** One training step as the body of the Loop. */
function stepBody(graph: OnnxGraph, network: Network, trainable: readonly TrainableWeight[], options: TrainingOptions & Pick<TrainableContextOptions, 'constantWeight'>): OnnxGraph {
  const body = graph.subgraph('step')
  const iteration = body.input('iteration', 'int64', [])
  const condition = body.input('condition', 'bool', [])
  const current = (entry: StateEntry): string => body.input(`${entry.name}/current`, 'float32', entry.shape)
  const blocks = new Map(
    trainable.map(({ name, blocks: own }) => [name, own.map((entry) => ({ entry, value: current(entry), rows: entry.shape[0] ?? 1, slots: entry.slots.map(current) }))]),
  )

  // Slice stops at the end of what it slices: the last batch is as small as it is.
  const start = body.node('Mul', [body.node('Unsqueeze', [iteration, body.integers([0])]), body.integers([options.batchSize])])
  const end = body.node('Add', [start, body.integers([options.batchSize])])
  const inBatch = (value: string): string => body.node('Slice', [value, start, end, body.integers([0])])
  const chosen = inBatch('order')
  const labels = body.node('Gather', ['labels', chosen])
  const context = trainableContext({
    graph: body,
    network,
    input: networkInput(body, network, body.node('Gather', ['samples', chosen]), options.preprocessing),
    weights: blocks,
    constantWeight: options.constantWeight,
    training: true,
    dropoutMask: (layer) => scaledMask(body, layer, inBatch, context.shapes.get(layer.name)!),
  })
  const output = softmaxLayer(network)
  context.value(output.name)
  const loss = emitSoftmaxCrossEntropy(body, context.keptValue(output, 'preactivation'), labels)
  const classes = context.shapes.get(output.name)![0]!
  const step = body.node('Cast', [body.node('Add', [body.node('Add', ['steps_before', iteration]), body.integer(1)])], { to: 1 })
  const update = createOptimizer(options.optimizer).begin(body, body.node('Gather', ['learning_rates', iteration]), step)
  const logitsGradient = emitLogitsGradient(body, loss, labels, classes)
  const gradients = stepGradients(body, update, logitsGradient, (scaled) => emitGradients(scaled, context))

  body.output(condition, 'go_on', 'bool', [])
  for (const [name, own] of blocks) {
    const moved = context.updates.get(name)
    if (moved !== undefined) body.output(moved, `${own[0]!.entry.name}/new`, 'float32', own[0]!.entry.shape)
    else for (const [index, { entry, value, slots }] of own.entries()) {
      const next = update.apply({ weight: value, gradient: gradients.get(name)![index]!, slots })
      body.output(next.weight, `${entry.name}/new`, 'float32', entry.shape)
      for (const [slotIndex, slot] of entry.slots.entries()) body.output(next.slots[slotIndex]!, `${slot.name}/new`, 'float32', slot.shape)
    }
  }
  body.output(body.node('ReduceMean', [loss.losses], { keepdims: 0 }), 'loss', 'float32', [])
  body.output(body.node('ReduceSum', [body.node('Cast', [loss.correct], { to: 7 })], { keepdims: 0 }), 'hits', 'int64', [])
  return body
}

/** The gradients that the updates take: clipped, and with the factor that the rule wants on them. */
function stepGradients(body: OnnxGraph, { gradientScale, clip }: Update, logitsGradient: string, emit: (logitsGradient: string) => Gradients): Gradients {
  const scaled = (value: string): string => (gradientScale === null ? value : body.node('Mul', [value, gradientScale]))
  if (clip === null) return emit(scaled(logitsGradient))
  return new Map([...clip(emit(logitsGradient))].map(([name, blocks]) => [name, blocks.map(scaled)]))
}

/** Keras's inverted dropout: what stays is scaled up, so that the expected sum is kept. */
function scaledMask(body: OnnxGraph, layer: LayerOf<'dropout'>, inBatch: (value: string) => string, shape: readonly number[]): string {
  if (layer.rate === 0) return body.scalar(1)
  const floats = body.node('Cast', [inBatch(`mask/${layer.name}`)], { to: 1 })
  const channelsFirst = shape.length === 3 ? body.node('Transpose', [floats], { perm: [0, 3, 1, 2] }) : floats
  return body.node('Mul', [channelsFirst, body.scalar(1 / (1 - layer.rate))])
}
