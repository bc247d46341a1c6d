import type { MaskInput } from '../network/mask-inputs.ts'
import type { Random } from '@graft/statistics/random'
import type { RuntimeTensor } from '../runtime/runtime-tensor.ts'

/**
 * Draws an epoch's dropout masks, run by run. A mask depends on the seed, the epoch, the layer and the sample's place in the
 * epoch's order only, so neither the device nor the way an epoch is cut into runs changes it.
 */
export function dropoutMasks(masks: readonly MaskInput[], random: Random, epoch: number): (samples: number) => Record<string, RuntimeTensor> {
  const streams = masks.map((mask) => random.fork(`${mask.input}/${epoch}`))
  return (samples) =>
    Object.fromEntries(
      masks.map(({ input, shape, rate }, index) => {
        const stream = streams[index]!
        const data = new Uint8Array(shape.reduce((product, length) => product * length, samples))
        for (let element = 0; element < data.length; element++) data[element] = stream.next() >= rate ? 1 : 0
        return [input, { type: 'uint8' as const, shape: [samples, ...shape], data }]
      }),
    )
}
