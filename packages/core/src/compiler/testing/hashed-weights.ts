import type { Network, NetworkWeights, Tensor } from '../../network/description.ts'
import { weightSpecifications } from '../../network/weight-specifications.ts'

/** Tensors that Python and TypeScript make alike from a text key: see tools/parity/hashed.py, which this repeats. */
export function hashedWords(key: string, count: number): Uint32Array {
  let base = 0x811c9dc5
  for (let index = 0; index < key.length; index++) base = Math.imul(base ^ key.charCodeAt(index), 0x01000193)
  const words = new Uint32Array(count)
  for (let index = 0; index < count; index++) {
    let mixed = (base + Math.imul(index + 1, 0x9e3779b9)) | 0
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    words[index] = mixed ^ (mixed >>> 16)
  }
  return words
}

export function hashedUniform(key: string, shape: readonly number[], low: number, high: number): Tensor {
  const words = hashedWords(key, shape.reduce((product, length) => product * length, 1))
  return { shape, data: Float32Array.from(words, (word) => low + (high - low) * (word / 4294967296)) }
}

export function hashedPixels(key: string, shape: readonly number[]): Uint8Array {
  const words = hashedWords(key, shape.reduce((product, length) => product * length, 1))
  return Uint8Array.from(words, (word) => word >>> 24)
}

/** Weights for a whole network, keyed by the place of the layer among those with weights and the weight's place in it. */
export function hashedWeights(network: Network): NetworkWeights {
  const weights = new Map<string, Record<string, Tensor>>()
  for (const [layerName, specifications] of weightSpecifications(network)) {
    const place = weights.size
    weights.set(layerName, Object.fromEntries(specifications.map(({ name, shape }, index) => [name, hashedWeight(`${place}/${index}`, name, shape)])))
  }
  return weights
}

function hashedWeight(key: string, name: string, shape: readonly number[]): Tensor {
  if (name === 'bias' || name === 'beta' || name === 'moving_mean') return hashedUniform(key, shape, -0.1, 0.1)
  if (name === 'gamma') return hashedUniform(key, shape, 0.6, 1)
  if (name === 'moving_variance') return hashedUniform(key, shape, 0.5, 1.5)
  const counted = name === 'depthwise_kernel' ? shape.slice(0, 2) : shape.slice(0, -1)
  const limit = Math.sqrt(6 / counted.reduce((product, length) => product * length, 1))
  return hashedUniform(key, shape, -limit, limit)
}
