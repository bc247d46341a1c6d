import type { Network } from '../network/description.ts'
import { emitGradients } from './backward/gradients.ts'
import type { KernelBlock, LayerOf } from './layer-operations.ts'
import type { BlockedLayout } from './blocked/blocked-images.ts'
import { createLoss } from './losses/create-loss.ts'
import { labelClass } from './losses/loss.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import type { Gradients } from './optimizers/optimizer.ts'
import { networkInput } from './samples-graph.ts'
import type { CompiledTrainingOptions } from './compiled-training-options.ts'
import { trainableContext, type TrainableContextOptions } from './trainable-context.ts'

export interface BatchPassOptions {
  readonly network: Network
  readonly training: CompiledTrainingOptions
  readonly constantWeight: TrainableContextOptions['constantWeight']
  /** Values of the blocks of all weights in the state by `layer/weight`. */
  readonly weights: ReadonlyMap<string, readonly KernelBlock[]>
  /** Those rows of a value in the epoch's order (`order` itself, a mask) that the pass is over. */
  readonly rows: (value: string) => string
  /** float32 of rank 0: samples that the loss is a mean over. */
  readonly count: string
  /** A factor for all gradients; null: none. */
  readonly scale: string | null
}

export interface BatchPass {
  /** float32 of rank 0: the sum of the samples' losses, weighted by class where there are weights. */
  readonly lossSum: string
  /** int64 of rank 0: samples that were classified rightly. */
  readonly hits: string
  /** Of the mean loss over `count` samples. */
  readonly gradients: Gradients
  /** What moving statistics become, by `layer/weight`. */
  readonly updates: ReadonlyMap<string, string>
}

/** Adds forward, loss and reverse over some samples of the inputs `samples` and `labels`: as many as `size`, or fewer at the end of the order. */
export function emitBatchPass(graph: OnnxGraph, options: BatchPassOptions, size: number): BatchPass {
  const { channelBlock = null } = options.training
  if (channelBlock === null || !hasImages(options.network)) return emitPass(graph, options, null)
  // In blocks the number of samples is fixed; the last batch, if it is smaller, goes the general way.
  const isFull = graph.node('Equal', [graph.node('Size', [options.rows('order')]), graph.integer(size)])
  const branches = [{ block: channelBlock, samples: size }, null].map((blocked) => {
    const branch = graph.subgraph(blocked === null ? 'remainder' : 'full')
    return { branch, pass: emitPass(branch, options, blocked) }
  })
  const [gradients, updates] = [[...branches[0]!.pass.gradients], [...branches[0]!.pass.updates.keys()]]
  for (const { branch, pass } of branches) {
    branch.output(pass.lossSum, branch.freshName('loss_sum'), 'float32', null)
    branch.output(pass.hits, branch.freshName('hits'), 'int64', null)
    for (const [name] of gradients) for (const value of pass.gradients.get(name)!) branch.output(value, branch.freshName('gradient'), 'float32', null)
    for (const name of updates) branch.output(pass.updates.get(name)!, branch.freshName('moved'), 'float32', null)
  }
  const count = 2 + gradients.reduce((sum, [, blocks]) => sum + blocks.length, 0) + updates.length
  const [lossSum, hits, ...rest] = graph.nodes('If', [isFull], count, { then_branch: { graph: branches[0]!.branch }, else_branch: { graph: branches[1]!.branch } }) as [string, string, ...string[]]
  let next = 0
  return {
    lossSum,
    hits,
    gradients: new Map(gradients.map(([name, blocks]) => [name, blocks.map(() => rest[next++]!)])),
    updates: new Map(updates.map((name) => [name, rest[next++]!])),
  }
}

function hasImages(network: Network): boolean {
  return network.layers.some(({ kind }) => kind === 'convolution' || kind === 'depthwise-convolution' || kind === 'separable-convolution')
}

function emitPass(graph: OnnxGraph, { network, training, constantWeight, weights, rows, count, scale }: BatchPassOptions, blocked: BlockedLayout | null): BatchPass {
  const chosen = rows('order')
  const labels = graph.node('Gather', ['labels', chosen])
  const isSoft = training.softLabels ?? false
  const context = trainableContext({
    graph,
    network,
    input: networkInput(graph, network, graph.node('Gather', ['samples', chosen]), training.preprocessing),
    weights,
    constantWeight,
    training: true,
    forWebgpu: training.forWebgpu,
    blocked,
    dropoutMask: (layer) => scaledMask(graph, layer, rows, context.shapes.get(layer.name)!),
  })
  const loss = createLoss(training.loss, network)
  context.value(loss.output.name)
  const emitted = loss.emit({ graph, logits: context.keptValue(loss.output, 'preactivation'), labels, isSoft })
  const factors = training.classWeights && graph.node('Gather', [graph.floats(Float32Array.from(training.classWeights), [loss.classes]), labelClass({ graph, labels, isSoft })])
  const weighted = (value: string, factor: (vector: string) => string): string => (factors === undefined ? value : graph.node('Mul', [value, factor(factors)]))

  const mean = graph.node('Div', [weighted(emitted.gradient(), (vector) => graph.node('Unsqueeze', [vector, graph.integers([1])])), count])
  const gradients = emitGradients(scale === null ? mean : graph.node('Mul', [mean, scale]), context)
  return {
    lossSum: graph.node('ReduceSum', [weighted(emitted.losses, (vector) => vector)], { keepdims: 0 }),
    hits: graph.node('ReduceSum', [graph.node('Cast', [emitted.correct], { to: 7 })], { keepdims: 0 }),
    gradients,
    updates: context.updates,
  }
}

/** Keras's inverted dropout: what stays is scaled up, so that the expected sum is kept. */
function scaledMask(graph: OnnxGraph, layer: LayerOf<'dropout'>, rows: BatchPassOptions['rows'], shape: readonly number[]): string {
  if (layer.rate === 0) return graph.scalar(1)
  const floats = graph.node('Cast', [rows(`mask/${layer.name}`)], { to: 1 })
  const channelsFirst = shape.length === 3 ? graph.node('Transpose', [floats], { perm: [0, 3, 1, 2] }) : floats
  return graph.node('Mul', [channelsFirst, graph.scalar(1 / (1 - layer.rate))])
}
