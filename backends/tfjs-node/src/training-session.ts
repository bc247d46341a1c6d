import { setImmediate as turn } from 'node:timers/promises'
import { GraftError } from '../../../packages/contracts/src/errors.ts'
import type { Layer } from '../../../packages/core/src/network/description.ts'
import { layerShapes } from '../../../packages/core/src/network/shapes.ts'
import { weightSpecifications } from '../../../packages/core/src/network/weight-specifications.ts'
import { keptSamples, type Operations, type PlainWeights, type SentSamples, type TrainingDescription } from '../../../packages/core/src/runtime/tensorflow/messages.ts'
import type { TrainingState } from '../../../packages/core/src/runtime/runtime.ts'
import type { RuntimeTensor } from '../../../packages/core/src/runtime/runtime-tensor.ts'
import { createLosses } from './losses.ts'
import { buildModel, forward, inference, readWeights, withLogits, type ForwardMode, type NetworkModel } from './network-model.ts'
import { averageSlot, clipped, createRule } from './optimizers.ts'
import { consecutive, inputOf, rowsOf } from './samples.ts'
import type { Tensor, Tensorflow, Variable } from './tensorflow.ts'

type Run = Operations['train'][0]['run']

export interface TrainingServer {
  /** `stopped` is asked before every step. */
  train(samples: SentSamples, run: Run, stopped: () => void): Promise<Operations['train'][1]>
  evaluate(samples: SentSamples, labels: Int32Array, stopped: () => void): Promise<Operations['evaluate'][1]>
  weights(): PlainWeights
  state(): TrainingState
  restore(state: TrainingState): void
  dispose(): void
}

/** Samples of a validation that are computed at once. */
const evaluatedAtOnce = 32

export async function openTraining(tf: Tensorflow, description: TrainingDescription, given: PlainWeights): Promise<TrainingServer> {
  const built = await buildModel(tf, withLogits(description.network), given)
  const trainer = new Trainer(tf, description, built)
  const known = new Map<number, RuntimeTensor>()
  const received = ({ number, tensor }: SentSamples): RuntimeTensor => {
    if (tensor !== undefined) known.set(number, tensor)
    if (known.size > keptSamples) known.delete(Math.min(...known.keys()))
    return known.get(number)!
  }
  return {
    async train(sent, run, stopped) {
      const samples = received(sent)
      const losses = new Float32Array(Math.ceil(run.order.length / description.batchSize))
      let correct = 0
      for (let step = 0; step < losses.length; step++) {
        await turn()
        stopped()
        const result = trainer.step(samples, run, step)
        losses[step] = result.loss
        correct += result.correct
      }
      return { losses, correct, isFinite: trainer.isFinite() }
    },
    async evaluate(sent, labels, stopped) {
      const samples = received(sent)
      const [losses, correct] = [new Float32Array(labels.length), new Uint8Array(labels.length)]
      for (let start = 0; start < labels.length; start += evaluatedAtOnce) {
        await turn()
        stopped()
        const found = trainer.evaluate(samples, labels, consecutive(start, Math.min(start + evaluatedAtOnce, labels.length)))
        losses.set(found.losses, start)
        correct.set(found.correct, start)
      }
      return { losses, correct }
    },
    weights: () => trainer.weights(),
    state: () => trainer.state(),
    restore: (state) => trainer.restore(state),
    dispose() {
      trainer.dispose()
      built.model.dispose()
      known.clear()
    },
  }
}

/** The variables of a training and its steps. */
class Trainer {
  readonly #tf: Tensorflow
  readonly #description: TrainingDescription
  readonly #built: NetworkModel
  readonly #trained: ReadonlyMap<string, Variable>
  readonly #slots: ReadonlyMap<string, Readonly<Record<string, Variable>>>
  readonly #statistics: ReadonlyMap<string, Variable>
  readonly #rule
  readonly #losses
  readonly #byBatch: ReadonlySet<string>
  readonly #regularized: readonly { readonly variable: Variable; readonly factor: number }[]

  constructor(tf: Tensorflow, description: TrainingDescription, built: NetworkModel) {
    this.#tf = tf
    this.#description = description
    this.#built = built
    const { network, frozen, optimizer } = description
    const open = network.layers.filter(({ name }) => !frozen.includes(name))
    const specifications = weightSpecifications(network)
    const chosen = (isTrained: boolean, among: ReadonlySet<string>): Map<string, Variable> =>
      new Map([...among].flatMap((name) => (specifications.get(name) ?? []).filter(({ trainable }) => trainable === isTrained).map((weight) => [`${name}/${weight.name}`, built.variables.get(`${name}/${weight.name}`)!] as const)))
    this.#trained = chosen(true, new Set(open.map(({ name }) => name)))
    const moves = (layer: Layer): boolean => layer.kind === 'batch-normalization' && (description.batchNormalization === 'update-statistics' || layer.isNew === true)
    this.#byBatch = new Set(open.filter(moves).map(({ name }) => name))
    this.#statistics = chosen(false, this.#byBatch)
    this.#rule = createRule(tf, optimizer)
    // An average begins as the weight itself; its first step replaces it.
    const slot = (name: string, value: number, variable: Variable): Variable => tf.tidy(() => tf.variable(name === averageSlot ? variable : tf.fill(variable.shape, value), false))
    this.#slots = new Map([...this.#trained].map(([name, variable]) => [name, Object.fromEntries(Object.entries(this.#rule.slots).map(([slotName, value]) => [slotName, slot(slotName, value, variable)]))]))
    const outputs = layerShapes(network).get(network.output)!.at(-1)!
    this.#losses = createLosses(tf, description.loss ?? { name: 'cross-entropy' }, outputs)
    this.#regularized = open.flatMap((layer) => ('l2' in layer && layer.l2 ? kernelsOf(layer).map((kernel) => ({ variable: built.variables.get(`${layer.name}/${kernel}`)!, factor: layer.l2! })) : []))
  }

  step(samples: RuntimeTensor, run: Run, index: number): { loss: number; correct: number } {
    const { batchSize, microbatchSize = batchSize } = this.#description
    const [start, end] = [index * batchSize, Math.min((index + 1) * batchSize, run.order.length)]
    const tf = this.#tf
    return tf.tidy(() => {
      let [loss, correct] = [0, 0]
      let sums: readonly Tensor[] | null = null
      for (let from = start; from < end; from += microbatchSize) {
        const part = this.#gradients(samples, run, { from, to: Math.min(from + microbatchSize, end), count: end - start, isFirst: from === start })
        loss += part.loss
        correct += part.correct
        const before: readonly Tensor[] | null = sums
        sums = before === null ? part.gradients : part.gradients.map((gradient, at) => tf.add(before[at]!, gradient))
      }
      const gradients = clipped(tf, this.#description.optimizer, sums!)
      for (const [at, [name, variable]] of [...this.#trained].entries()) {
        const slots = this.#slots.get(name)!
        const next = this.#rule.step({ weight: variable, gradient: gradients[at]!, slots, rate: run.learningRates[index]!, step: run.stepsBefore + index + 1 })
        variable.assign(next.weight)
        for (const [slot, value] of Object.entries(next.slots)) slots[slot]!.assign(value)
      }
      return { loss, correct }
    })
  }

  /** Gradients, in the order of the trained weights, of the part of a batch's loss that falls to some of its samples. */
  #gradients(samples: RuntimeTensor, run: Run, part: { from: number; to: number; count: number; isFirst: boolean }): { gradients: Tensor[]; loss: number; correct: number } {
    const tf = this.#tf
    const { network, transform, classWeights } = this.#description
    const rows = run.order.subarray(part.from, part.to)
    const input = inputOf(tf, samples, rows, transform)
    const targets = this.#losses.targets(run.labels, rows)
    const factors = classWeights === undefined ? null : tf.tensor1d(weightsOfRows(run.labels, rows, classWeights))
    const mode: ForwardMode = { byBatch: this.#byBatch, dropout: (layer) => this.#dropout(layer, run, consecutive(part.from, part.to)), frees: false }
    let correct = 0
    const { value, grads } = tf.variableGrads(
      () => {
        const logits = forward(tf, this.#built, input, network.output, mode)
        correct = tf.sum(this.#losses.correct(logits, targets)).dataSync()[0]!
        const each = this.#losses.each(logits, targets)
        const mean = tf.div(tf.sum(factors === null ? each : tf.mul(each, factors)), part.count)
        const penalty = part.isFirst ? this.#penalty() : null
        return (penalty === null ? mean : tf.add(mean, penalty)) as never
      },
      [...this.#trained.values()],
    )
    return { gradients: [...this.#trained.values()].map(({ name }) => grads[name] as Tensor), loss: value.dataSync()[0]!, correct }
  }

  /** What L2 adds to the loss; null where no layer has it. */
  #penalty(): Tensor | null {
    const tf = this.#tf
    if (this.#regularized.length === 0) return null
    return tf.addN(this.#regularized.map(({ variable, factor }) => tf.mul(tf.sum(tf.square(variable)), factor)))
  }

  /** Keras's inverted dropout by a given mask: what stays is scaled up. */
  #dropout(layer: Layer, run: Run, rows: Int32Array): Tensor | null {
    const mask = run.masks[`mask/${layer.name}`]
    if (layer.kind !== 'dropout' || mask === undefined) return null
    return this.#tf.mul(this.#tf.tensor(rowsOf(mask, rows), [rows.length, ...mask.shape.slice(1)]), 1 / (1 - layer.rate))
  }

  evaluate(samples: RuntimeTensor, labels: Int32Array, rows: Int32Array): { losses: Float32Array; correct: Uint8Array } {
    const tf = this.#tf
    const { network, transform } = this.#description
    return this.#withAverages(() =>
      tf.tidy(() => {
        const logits = forward(tf, this.#built, inputOf(tf, samples, rows, transform), network.output, inference)
        const targets = this.#losses.targets(labels, rows)
        const penalty = this.#penalty()
        const each = this.#losses.each(logits, targets)
        return { losses: (penalty === null ? each : tf.add(each, penalty)).dataSync() as Float32Array, correct: Uint8Array.from(this.#losses.correct(logits, targets).dataSync()) }
      }),
    )
  }

  weights(): PlainWeights {
    return this.#withAverages(() => readWeights({ network: this.#description.network, variables: this.#built.variables }))
  }

  state(): TrainingState {
    return Object.fromEntries([...this.#entries()].map(([name, variable]) => [name, { type: 'float32', shape: variable.shape, data: variable.dataSync() as Float32Array }]))
  }

  restore(state: TrainingState): void {
    for (const [name, { shape }] of this.#entries()) {
      const found = state[name]?.shape.join(' x ')
      if (found !== shape.join(' x ')) throw new GraftError('mismatch', `The state of a training has ${name} as ${found ?? 'nothing'}; this network and optimizer need ${shape.join(' x ')}.`)
    }
    this.#tf.tidy(() => {
      for (const [name, variable] of this.#entries()) variable.assign(this.#tf.tensor(state[name]!.data, variable.shape, 'float32'))
    })
  }

  /** Whether the sum of everything that a step changes is a finite number. */
  isFinite(): boolean {
    return this.#tf.tidy(() => [...this.#entries().values()].every((variable) => Number.isFinite(this.#tf.sum(variable).dataSync()[0])))
  }

  dispose(): void {
    for (const slots of this.#slots.values()) for (const slot of Object.values(slots)) slot.dispose()
  }

  #entries(): Map<string, Variable> {
    const slots = [...this.#slots].flatMap(([name, own]) => Object.entries(own).map(([slot, variable]) => [`${name}/${slot}`, variable] as const))
    return new Map([...this.#trained, ...this.#statistics, ...slots])
  }

  /** Calls with the weights' moving averages in place of the weights, where the optimizer keeps them. */
  #withAverages<Result>(use: () => Result): Result {
    if (!(averageSlot in this.#rule.slots)) return use()
    const own = [...this.#trained].map(([name, variable]) => ({ variable, before: this.#tf.clone(variable), average: this.#slots.get(name)![averageSlot]! }))
    for (const { variable, average } of own) variable.assign(average)
    try {
      return use()
    } finally {
      for (const { variable, before } of own) {
        variable.assign(before)
        before.dispose()
      }
    }
  }
}

const kernelsOf = (layer: Layer): string[] => (layer.kind === 'separable-convolution' ? ['depthwise_kernel', 'pointwise_kernel'] : [layer.kind === 'depthwise-convolution' ? 'depthwise_kernel' : 'kernel'])

/** Keras's `class_weight` of each sample; of a distribution, that of its mixture. */
function weightsOfRows(labels: Int32Array | Float32Array, rows: ArrayLike<number>, classWeights: readonly number[]): Float32Array {
  return Float32Array.from(rows as ArrayLike<number>, (row) =>
    labels instanceof Int32Array ? classWeights[labels[row]!]! : classWeights.reduce((sum, weight, index) => sum + weight * labels[row * classWeights.length + index]!, 0),
  )
}
