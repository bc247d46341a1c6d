import { parentPort } from 'node:worker_threads'
import { augmentBatch, type AugmentationRequest } from './augment-batch.ts'

const port = parentPort!
port.on('message', ({ id, request }: { id: number; request: AugmentationRequest }) => {
  const { pixels, labels } = augmentBatch(request)
  port.postMessage({ id, pixels, labels }, [pixels.buffer])
})
