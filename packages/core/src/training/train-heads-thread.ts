import { parentPort, workerData } from 'node:worker_threads'
import { toErrorReport } from '@graft/contracts/errors'
import { createOnnxRuntime } from '../runtime/onnx/onnx-runtime.ts'
import { trainHead } from './train-head.ts'
import type { HeadAnswer, HeadData, HeadWishes } from './train-heads.ts'

const port = parentPort!
const data = workerData as HeadData
const runtime = await createOnnxRuntime({ threads: 1 })
port.on('message', ({ index, wishes }: { index: number; wishes: HeadWishes }) => void train(index, wishes))

async function train(index: number, wishes: HeadWishes): Promise<void> {
  let answer: HeadAnswer
  try {
    answer = { index, trained: await trainHead({ ...data, ...wishes, runtime }) }
  } catch (error) {
    answer = { index, report: toErrorReport(error) }
  }
  port.postMessage(answer)
}
