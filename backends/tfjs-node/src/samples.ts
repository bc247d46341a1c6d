import type { PixelTransform } from '../../../packages/core/src/compiler/preprocessing-graph.ts'
import type { RuntimeTensor } from '../../../packages/core/src/runtime/runtime-tensor.ts'
import type { Tensor, Tensorflow } from './tensorflow.ts'

/** Rows of samples, in an order, as the network's input; uint8 pixels through the transform. */
export function inputOf(tf: Tensorflow, samples: RuntimeTensor, rows: ArrayLike<number>, transform: PixelTransform | null): Tensor {
  const chosen = rowsOf(samples, rows)
  const shape = [rows.length, ...samples.shape.slice(1)]
  if (transform === null) return tf.tensor(chosen, shape, 'float32')
  return tf.tidy(() => {
    const pixels = tf.tensor(chosen, shape, 'float32')
    const ordered = transform.source[0] === 0 ? pixels : tf.reverse(pixels, -1)
    return tf.div(tf.sub(ordered, tf.tensor1d([...transform.mean])), tf.tensor1d([...transform.scale]))
  })
}

/** Rows of a tensor as float32. */
export function rowsOf({ shape, data }: Pick<RuntimeTensor, 'shape' | 'data'>, rows: ArrayLike<number>): Float32Array {
  const length = shape.slice(1).reduce((product, each) => product * each, 1)
  const values = data as Float32Array | Uint8Array
  const chosen = new Float32Array(rows.length * length)
  for (let row = 0; row < rows.length; row++) chosen.set(values.subarray(rows[row]! * length, (rows[row]! + 1) * length), row * length)
  return chosen
}

export const consecutive = (start: number, end: number): Int32Array => Int32Array.from({ length: end - start }, (_, index) => start + index)
