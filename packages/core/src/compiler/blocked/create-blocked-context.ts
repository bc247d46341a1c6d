import type { GradientContext } from '../backward/gradient-context.ts'
import type { BlockedContext } from './blocked-context.ts'
import { BlockedImages, type BlockedLayout } from './blocked-images.ts'
import { canComputeInBlocks, emitInBlocks } from './blocked-operations.ts'

/** The view of a context in which layers are computed in blocks where they can be. `plain.value` asks it for those in turn. */
export function createBlockedContext(plain: GradientContext, layout: BlockedLayout): BlockedContext {
  const images = new BlockedImages(plain.graph, layout)
  const made = new Map<string, string>()
  const once: BlockedContext['once'] = (key, make) => {
    const value = made.get(key) ?? make()
    made.set(key, value)
    return value
  }
  const inBlocks = new Map<string, boolean>()
  const context: BlockedContext = {
    ...plain,
    images,
    plain,
    once,
    computesInBlocks(layerName) {
      const decided = inBlocks.get(layerName) ?? canComputeInBlocks(plain.layers.get(layerName)!, context, context.computesInBlocks)
      inBlocks.set(layerName, decided)
      return decided
    },
    isOnlyTakenBy: (layerName, layer) => layerName !== plain.network.output && plain.network.layers.every((other) => other === layer || !other.inputs.includes(layerName)),
    value: (layerName) =>
      once(`${layerName}/value`, () => (context.computesInBlocks(layerName) ? emitInBlocks(plain.layers.get(layerName)!, context) : images.fromImage(plain.value(layerName), plain.shapes.get(layerName)![2]!))),
  }
  return context
}
