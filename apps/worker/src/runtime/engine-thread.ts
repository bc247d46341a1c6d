import { parentPort, workerData } from 'node:worker_threads'
import { GraftError, toErrorReport } from '@graft/contracts/errors'
import { createOnnxGraphRuntime } from '@graft/core/runtime/onnx/onnx-graph-runtime'
import type { GraphSession } from '@graft/core/runtime/graph-runtime'
import { detachable, type EngineAnswer, type EngineOptions, type EngineRequest } from './engine-messages.ts'

// Runs onnxruntime for the worker's main thread: see createThreadRuntime.
const port = parentPort!
const runtime = await createOnnxGraphRuntime(workerData as EngineOptions)
const sessions = new Map<number, GraphSession>()

async function handle(request: EngineRequest): Promise<void> {
  try {
    if (request.kind === 'create') {
      sessions.set(request.session, await runtime.createSession(request.model))
      return answer({ id: request.id })
    }
    const session = sessions.get(request.session)
    if (!session) throw new GraftError('internal', 'The engine’s thread does not have this session.')
    if (request.kind === 'dispose') {
      sessions.delete(request.session)
      await session.dispose()
      return answer({ id: request.id })
    }
    if (request.kind === 'hold') {
      await session.hold(request.values)
      return answer({ id: request.id })
    }
    const { tensors, buffers } = detachable(await (request.kind === 'held' ? session.held(request.names) : session.run(request.feeds)))
    answer({ id: request.id, outputs: tensors }, buffers)
  } catch (error) {
    answer({ id: request.id, error: toErrorReport(error) })
  }
}

function answer(message: EngineAnswer, buffers: ArrayBuffer[] = []): void {
  port.postMessage(message, buffers)
}

port.on('message', (request: EngineRequest) => void handle(request))
answer({ ready: { name: runtime.name, device: runtime.device, versions: runtime.versions } })
