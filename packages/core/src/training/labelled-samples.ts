import { GraftError } from '@graft/contracts/errors'
import type { Phase } from '@graft/contracts/recipe'
import type { RuntimeTensor } from '../runtime/runtime-tensor.ts'

/** Samples row by row (pixels as bytes, features as floats) and the index of each one's class. */
export interface LabelledSamples {
  readonly samples: Float32Array | Uint8Array
  readonly labels: Int32Array
}

/** Throws `invalid_input` where training on these samples makes no sense, with the recipe's or the data's field. There may be no validation samples. */
export function checkSamples(train: LabelledSamples, validation: LabelledSamples, o: { shape: readonly number[]; classes: number; phase: Phase }): void {
  if (o.classes < 2) throw new GraftError('invalid_input', `A classifier needs at least two classes; there is ${o.classes}.`, { hint: 'Add images of another class.', field: 'dataset' })
  checkRows('training', train, o)
  if (validation.labels.length > 0) checkRows('validation', validation, o)
  const count = train.labels.length
  if (o.phase.batchSize > count) {
    throw new GraftError('invalid_input', `The batch size is ${o.phase.batchSize}, but there are only ${count} training samples.`, {
      hint: `Choose a batch size of at most ${count}.`,
      field: 'phases.0.batchSize',
    })
  }
}

function checkRows(name: string, { samples, labels }: LabelledSamples, o: { shape: readonly number[]; classes: number }): void {
  if (labels.length === 0) throw new GraftError('invalid_input', `There are no ${name} samples.`, { hint: 'Add images, or change the split.', field: 'dataset' })
  const length = o.shape.reduce((product, side) => product * side, 1)
  if (samples.length !== labels.length * length) {
    throw new GraftError('mismatch', `The ${name} samples hold ${samples.length} values; ${labels.length} labels of ${o.shape.join(' x ')} need ${labels.length * length}.`)
  }
  const wrong = labels.find((label) => label < 0 || label >= o.classes)
  if (wrong !== undefined) throw new GraftError('invalid_input', `A ${name} label is ${wrong}; with ${o.classes} classes they go from 0 to ${o.classes - 1}.`, { field: 'dataset' })
}

/** Rows `first` to `first + count` of a matrix of samples, as a tensor over the same memory. */
export function sampleTensor(samples: Float32Array | Uint8Array, shape: readonly number[], first: number, count: number): RuntimeTensor {
  const length = shape.reduce((product, side) => product * side, 1)
  const rows = [count, ...shape]
  return samples instanceof Float32Array
    ? { type: 'float32', shape: rows, data: samples.subarray(first * length, (first + count) * length) }
    : { type: 'uint8', shape: rows, data: samples.subarray(first * length, (first + count) * length) }
}
