import type { ForwardDescription, PlainWeights } from '../../../packages/core/src/runtime/tensorflow/messages.ts'
import type { FloatTensor, RuntimeTensor } from '../../../packages/core/src/runtime/runtime-tensor.ts'
import { buildModel, forward, inference } from './network-model.ts'
import { consecutive, inputOf } from './samples.ts'
import type { Tensorflow } from './tensorflow.ts'

export interface ForwardServer {
  run(input: RuntimeTensor): FloatTensor
  dispose(): void
}

export async function openForward(tf: Tensorflow, description: ForwardDescription, weights: PlainWeights): Promise<ForwardServer> {
  const { network, transform, output = network.output, pooling = 'none' } = description
  const built = await buildModel(tf, network, weights)
  return {
    run(input) {
      const result = tf.tidy(() => {
        const value = forward(tf, built, inputOf(tf, input, consecutive(0, input.shape[0]!), transform), output, inference)
        if (pooling === 'none' || value.shape.length !== 4) return value
        return pooling === 'average' ? tf.mean(value, [1, 2]) : tf.max(value, [1, 2])
      })
      const tensor = { type: 'float32', shape: result.shape, data: result.dataSync() as Float32Array } as const
      result.dispose()
      return tensor
    },
    dispose: () => void built.model.dispose(),
  }
}
