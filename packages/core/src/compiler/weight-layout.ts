import type { Tensor } from '../network/description.ts'

/** Whether a layer keeps this weight in another order in ONNX than in Keras. */
type Reordering = { readonly toOnnx: (tensor: Tensor) => Tensor; readonly toKeras: (tensor: Tensor) => Tensor }

/** Keras HWIO (kernel of a convolution) to ONNX OIHW and back. */
const plain: Reordering = {
  toOnnx: (tensor) => permute(tensor, [3, 2, 0, 1]),
  toKeras: (tensor) => permute(tensor, [2, 3, 1, 0]),
}

/** Keras HWIM (depthwise kernel, M filters a channel) to ONNX (I*M)1HW and back; needs I to go back. */
function depthwise(multiplier: number): Reordering {
  return {
    toOnnx: (tensor) => {
      const { shape, data } = permute(tensor, [2, 3, 0, 1])
      return { shape: [shape[0]! * shape[1]!, 1, shape[2]!, shape[3]!], data }
    },
    toKeras: ({ shape, data }) => permute({ shape: [shape[0]! / multiplier, multiplier, shape[2]!, shape[3]!], data }, [2, 3, 0, 1]),
  }
}

/** A weight as ONNX's operators take it. `weightName` is Keras's name; `shape` its Keras shape. */
export function toOnnxLayout(weightName: string, tensor: Tensor): Tensor {
  return reordering(weightName, tensor.shape)?.toOnnx(tensor) ?? tensor
}

/** The reverse of `toOnnxLayout`; `shape` is the weight's Keras shape. */
export function toKerasLayout(weightName: string, tensor: Tensor, shape: readonly number[]): Tensor {
  return reordering(weightName, shape)?.toKeras(tensor) ?? tensor
}

/** Shape of a weight in ONNX's layout, from its Keras shape. */
export function onnxShape(weightName: string, shape: readonly number[]): number[] {
  if (shape.length !== 4) return [...shape]
  const [height, width, input, output] = shape as [number, number, number, number]
  return weightName === 'depthwise_kernel' ? [input * output, 1, height, width] : [output, input, height, width]
}

/**
 * Shape in which the state keeps a weight, from its shape in ONNX's layout: a convolution's kernel as [filters, all else], because onnxruntime takes
 * twenty times as long for a tensor and a number where the tensor's last axes have length one.
 */
export function stateShape(shape: readonly number[]): number[] {
  if (shape.length !== 4) return [...shape]
  const [filters, ...rest] = shape as [number, number, number, number]
  return [filters, rest.reduce((product, length) => product * length, 1)]
}

function reordering(weightName: string, kerasShape: readonly number[]): Reordering | null {
  if (kerasShape.length !== 4) return null
  return weightName === 'depthwise_kernel' ? depthwise(kerasShape[3]!) : plain
}

/** Result axis i is source axis `axes[i]`. */
export function permute(tensor: Tensor, axes: readonly [number, number, number, number]): Tensor {
  const sourceStrides = [0, 0, 0, 1]
  for (let axis = 2; axis >= 0; axis--) sourceStrides[axis] = sourceStrides[axis + 1]! * tensor.shape[axis + 1]!
  const shape = axes.map((axis) => tensor.shape[axis]!)
  const [s0, s1, s2, s3] = axes.map((axis) => sourceStrides[axis]!) as [number, number, number, number]
  const [n0, n1, n2, n3] = shape as [number, number, number, number]
  const data = new Float32Array(tensor.data.length)
  let to = 0
  for (let a = 0; a < n0; a++) {
    for (let b = 0; b < n1; b++) {
      for (let c = 0; c < n2; c++) {
        let from = a * s0 + b * s1 + c * s2
        for (let d = 0; d < n3; d++) {
          data[to++] = tensor.data[from]!
          from += s3
        }
      }
    }
  }
  return { shape, data }
}
