import type { Preprocessing } from '@graft/contracts/model'
import { pixelBatches, type BatchImage } from '../image/pixel-batches.ts'
import { samplesAtOnce } from '../network/activation-size.ts'
import { classProbabilities } from '../network/class-probabilities.ts'
import type { Network } from '../network/description.ts'
import type { ForwardSession } from '../runtime/runtime.ts'

const largestBatch = 16

/** Runs a classifier from uint8 pixels over images; probabilities of each class row by row. `open` opens it; the activations of `network`, which it is of, bound how many images go at once. */
export async function runOnImages<Image extends BatchImage>(options: {
  open(): Promise<ForwardSession>
  network: Network
  preprocessing: Preprocessing
  images: readonly Image[]
  read(image: Image): Promise<Uint8Array>
  onProgress?(done: number, total: number): void
  signal?: AbortSignal
}): Promise<Float32Array> {
  const { images, preprocessing, signal } = options
  const [height, width] = preprocessing.inputSize
  const session = await options.open()
  const rows: Float32Array[] = []
  try {
    for await (const batch of pixelBatches({ images, read: options.read, preprocessing, batchSize: samplesAtOnce(options.network, largestBatch), ...(signal && { signal }) })) {
      const output = await session.run({ type: 'uint8', shape: [batch.count, height, width, 3], data: batch.pixels }, signal)
      rows.push(output.data)
      options.onProgress?.(batch.start + batch.count, images.length)
    }
  } finally {
    await session.dispose()
  }
  const all = new Float32Array(rows.reduce((length, row) => length + row.length, 0))
  let offset = 0
  for (const row of rows) {
    all.set(row, offset)
    offset += row.length
  }
  return classProbabilities(options.network, all)
}
