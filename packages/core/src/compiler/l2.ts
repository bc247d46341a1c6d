import type { Network } from '../network/description.ts'
import type { OnnxGraph } from './onnx-graph.ts'
import type { Gradients } from './optimizers/optimizer.ts'
import type { TrainableWeight } from './trainable-state.ts'

/** A kernel that the loss holds down: Keras's `kernel_regularizer=L2(factor)`. */
export interface RegularisedKernel {
  /** `layer/weight`. */
  readonly name: string
  readonly factor: number
}

/** The kernels of trained layers with L2; frozen ones add nothing to the loss, as in Keras. */
export function regularisedKernels(network: Network, trainable: readonly TrainableWeight[]): RegularisedKernel[] {
  const factors = new Map(network.layers.map((layer) => [layer.name, 'l2' in layer ? layer.l2 : undefined]))
  return trainable.flatMap(({ name, layerName, weightName }) => {
    const factor = factors.get(layerName)
    return factor === undefined || !weightName.endsWith('kernel') ? [] : [{ name, factor }]
  })
}

/** What L2 adds to the loss: the sum of factor times square over all kernels; null without any. `blocks`: values of a weight's blocks. */
export function emitPenalty(graph: OnnxGraph, kernels: readonly RegularisedKernel[], blocks: (name: string) => readonly string[]): string | null {
  const terms = kernels.flatMap(({ name, factor }) =>
    blocks(name).map((block) => graph.node('Mul', [graph.node('ReduceSum', [graph.node('Mul', [block, block])], { keepdims: 0 }), graph.scalar(factor)])),
  )
  return terms.length === 0 ? null : graph.node('Sum', terms)
}

/** Gradients with those of L2, 2 factor weight, added; `scale` is what is on the gradients already. */
export function withPenaltyGradients(graph: OnnxGraph, gradients: Gradients, kernels: readonly RegularisedKernel[], o: { blocks(name: string): readonly string[]; scale: string | null }): Gradients {
  const changed = new Map(gradients)
  for (const { name, factor } of kernels) {
    const share = o.scale === null ? graph.scalar(2 * factor) : graph.node('Mul', [o.scale, graph.scalar(2 * factor)])
    const blocks = o.blocks(name)
    changed.set(name, gradients.get(name)!.map((gradient, index) => graph.node('Add', [gradient, graph.node('Mul', [blocks[index]!, share])])))
  }
  return changed
}
