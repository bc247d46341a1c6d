import { GraftError } from '@graft/contracts/errors'
import type { Preprocessing } from '@graft/contracts/model'
import { pixelBatches, type BatchImage } from '../image/pixel-batches.ts'
import { samplesAtOnce } from '../network/activation-size.ts'
import type { Network } from '../network/description.ts'
import type { Runtime } from '../runtime/runtime.ts'

const largestBatch = 16

/** Runs a compiled forward over images; outputs row by row. `model`: ONNX from uint8 pixels, as compileForward makes it of `network`, whose activations bound how many images go at once. */
export async function runOnImages<Image extends BatchImage>(options: {
  runtime: Runtime
  model: Uint8Array
  network: Network
  preprocessing: Preprocessing
  images: readonly Image[]
  read(image: Image): Promise<Uint8Array>
  onProgress?(done: number, total: number): void
  signal?: AbortSignal
}): Promise<Float32Array> {
  const { images, preprocessing, signal } = options
  const [height, width] = preprocessing.inputSize
  const session = await options.runtime.createSession(options.model, signal)
  const rows: Float32Array[] = []
  try {
    for await (const batch of pixelBatches({ images, read: options.read, preprocessing, batchSize: samplesAtOnce(options.network, largestBatch), ...(signal && { signal }) })) {
      const { output } = await session.run({ images: { type: 'uint8', shape: [batch.count, height, width, 3], data: batch.pixels } }, signal)
      if (output?.type !== 'float32') throw new GraftError('internal', 'The graph has no float output.')
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
  return all
}
