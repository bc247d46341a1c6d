import type { Network, NetworkWeights } from '../network/description.ts'
import { maskInputs } from '../network/mask-inputs.ts'
import type { CompiledTrainingOptions } from './compiled-training-options.ts'
import { emitBatchPass, type BatchPassOptions } from './batch-pass.ts'
import { constantWeights } from './constant-weights.ts'
import { emitPenalty, regularisedKernels, withPenaltyGradients } from './l2.ts'
import { createLoss } from './losses/create-loss.ts'
import { emitMicrobatches } from './microbatches.ts'
import { OnnxGraph } from './onnx-graph.ts'
import { createOptimizer } from './optimizers/create-optimizer.ts'
import type { Gradients, Update } from './optimizers/optimizer.ts'
import { declareSamples } from './samples-graph.ts'
import type { TrainableContextOptions } from './trainable-context.ts'
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
 * Inputs: `samples` ([n, ...input shape], uint8 with preprocessing, else float32), `labels` int64 [n] (soft ones float32 [n, classes]), `order` int64 [m]
 * (which samples, in which order; the last batch may be smaller, its mean is over its real size, as in Keras's fit), `steps`
 * int64 (ceil(m / batch size)), `learning_rates` float32 [steps], `steps_before` int64 (steps of earlier runs), `mask/<layer>` for each
 * dropout layer, and each state entry by its name.
 * Outputs: each state entry as `<name>/next`; `losses` float32 [steps], the mean loss of each batch (weighted by class, with what L2 adds) before its update; `correct` int64 [steps];
 * `checksum` float32, the sum of the whole state: no finite number once anything in it is none (onnxruntime's Relu turns NaN into
 * 0, so that the loss alone may not show it).
 */
export function compileTraining(network: Network, weights: NetworkWeights, options: CompiledTrainingOptions): TrainingProgram {
  const trainable = trainableWeights(network, createOptimizer(options.optimizer).slots, options)
  const state = stateEntries(trainable)

  const graph = new OnnxGraph(`train ${network.name}`)
  declareSamples(graph, network, options.preprocessing)
  if (options.softLabels) graph.input('labels', 'float32', ['n', createLoss(options.loss, network).classes])
  else graph.input('labels', 'int64', ['n'])
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
function stepBody(graph: OnnxGraph, network: Network, trainable: readonly TrainableWeight[], options: CompiledTrainingOptions & Pick<TrainableContextOptions, 'constantWeight'>): OnnxGraph {
  const body = graph.subgraph('step')
  const iteration = body.input('iteration', 'int64', [])
  const condition = body.input('condition', 'bool', [])
  const current = (entry: StateEntry): string => body.input(`${entry.name}/current`, 'float32', entry.shape)
  const weights = new Map(
    trainable.map(({ name, blocks: own }) => [name, own.map((entry) => ({ entry, value: current(entry), rows: entry.shape[0] ?? 1, slots: entry.slots.map(current) }))]),
  )
  const blocks = (name: string): string[] => weights.get(name)!.map(({ value }) => value)

  const step = body.node('Cast', [body.node('Add', [body.node('Add', ['steps_before', iteration]), body.integer(1)])], { to: 1 })
  const update = createOptimizer(options.optimizer).begin(body, body.node('Gather', ['learning_rates', iteration]), step)
  const rows = batchRows(body, iteration, options.batchSize)
  const count = body.node('Cast', [body.node('Size', [rows('order')])], { to: 1 })
  // What is clipped must not be scaled before; else the factor costs nothing where the gradients begin.
  const scale = update.clip === null ? update.gradientScale : null
  const passOptions: BatchPassOptions = { network, training: options, constantWeight: options.constantWeight, weights, rows, count, scale }
  const { microbatchSize = options.batchSize } = options
  const pass = microbatchSize < options.batchSize ? emitMicrobatches(body, trainable, microbatchSize, passOptions) : emitBatchPass(body, passOptions, options.batchSize)
  const kernels = regularisedKernels(network, trainable)
  const gradients = clipped(body, update, withPenaltyGradients(body, pass.gradients, kernels, { blocks, scale }))

  body.output(condition, 'go_on', 'bool', [])
  for (const [name, own] of weights) {
    const moved = pass.updates.get(name)
    if (moved !== undefined) body.output(moved, `${own[0]!.entry.name}/new`, 'float32', own[0]!.entry.shape)
    else for (const [index, { entry, value, slots }] of own.entries()) {
      const next = update.apply({ weight: value, gradient: gradients.get(name)![index]!, slots })
      body.output(next.weight, `${entry.name}/new`, 'float32', entry.shape)
      for (const [slotIndex, slot] of entry.slots.entries()) body.output(next.slots[slotIndex]!, `${slot.name}/new`, 'float32', slot.shape)
    }
  }
  const loss = body.node('Div', [pass.lossSum, count])
  const penalty = emitPenalty(body, kernels, blocks)
  body.output(penalty === null ? loss : body.node('Add', [loss, penalty]), 'loss', 'float32', [])
  body.output(pass.hits, 'hits', 'int64', [])
  return body
}

/** The rows of the step's batch. Slice stops at the end of what it slices: the last batch is as small as it is. */
function batchRows(body: OnnxGraph, iteration: string, batchSize: number): (value: string) => string {
  const start = body.node('Mul', [body.node('Unsqueeze', [iteration, body.integers([0])]), body.integers([batchSize])])
  const end = body.node('Add', [start, body.integers([batchSize])])
  return (value) => body.node('Slice', [value, start, end, body.integers([0])])
}

/** The gradients as the updates take them: clipped, if so, with the factor that the rule wants on them after it. */
function clipped(body: OnnxGraph, { gradientScale, clip }: Update, gradients: Gradients): Gradients {
  if (clip === null) return gradients
  const scaled = (value: string): string => (gradientScale === null ? value : body.node('Mul', [value, gradientScale]))
  return new Map([...clip(gradients)].map(([name, blocks]) => [name, blocks.map(scaled)]))
}
