import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { trainHead } from '../src/training/train-head.ts'
import type { HeadData, HeadWishes } from './side-by-side.ts'

const port: MessagePort = parentPort!
const data = workerData as HeadData
const runtime = await createOnnxRuntime({ threads: 1 })
port.on('message', async (wishes: HeadWishes) => {
  const { history } = await trainHead({ ...data, ...wishes, runtime })
  port.postMessage(history.length, [])
})
port.postMessage(0, [])
