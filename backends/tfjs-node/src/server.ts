import { Socket } from 'node:net'
import { GraftError, toErrorReport } from '../../../packages/contracts/src/errors.ts'
import { receiveFrames, sendFrame } from '../../../packages/core/src/runtime/tensorflow/frames.ts'
import type { Answer, Cancellation, Operations, Request } from '../../../packages/core/src/runtime/tensorflow/messages.ts'
import { openForward, type ForwardServer } from './forward-session.ts'
import { loadTensorflow, type Tensorflow } from './tensorflow.ts'
import { openTraining, type TrainingServer } from './training-session.ts'

// TensorFlow for another process, which talks over descriptor 3: see core's TensorflowProcess. Arguments: the installation's folder, the
// package, the number of threads or nothing.
const [folder, packageName, threads] = process.argv.slice(2) as [string, string, string]
const socket = new Socket({ fd: 3, readable: true, writable: true })
socket.on('end', () => process.exit(0))
socket.on('error', () => process.exit(0))
const answer = (message: Answer): void => sendFrame(socket, message)

/** What tfjs-node's backend says of itself. */
interface NodeBackend { readonly isUsingGpuDevice: boolean; readonly binding: { readonly TF_Version: string } }

const forwards = new Map<number, ForwardServer>()
const trainings = new Map<number, TrainingServer>()
const cancelled = new Set<number>()

async function handle(tf: Tensorflow, request: Request): Promise<void> {
  try {
    answer({ id: request.id, result: await perform(tf, request) })
  } catch (error) {
    answer({ id: request.id, error: toErrorReport(error) })
  } finally {
    cancelled.delete(request.id)
  }
}

async function perform(tf: Tensorflow, { id, kind, body }: Request): Promise<Operations[Request['kind']][1]> {
  const stopped = (): void => {
    if (cancelled.has(id)) throw new GraftError('aborted', 'Stopped.')
  }
  switch (kind) {
    case 'open-forward':
      forwards.set(body.session, await openForward(tf, body.forward, body.weights))
      return null
    case 'open-training':
      trainings.set(body.session, await openTraining(tf, body.training, body.weights))
      return null
    case 'run':
      return found(forwards, body.session).run(body.input)
    case 'train':
      return found(trainings, body.session).train(body.samples, body.run, stopped)
    case 'evaluate':
      return found(trainings, body.session).evaluate(body.samples, body.labels, stopped)
    case 'weights':
      return found(trainings, body.session).weights()
    case 'state':
      return found(trainings, body.session).state()
    case 'restore':
      found(trainings, body.session).restore(body.state)
      return null
    case 'dispose':
      for (const sessions of [forwards, trainings]) {
        sessions.get(body.session)?.dispose()
        sessions.delete(body.session)
      }
      return null
    case 'memory': {
      const { numTensors, numBytes } = tf.memory()
      return { tensors: numTensors, tensorBytes: numBytes, processBytes: process.memoryUsage().rss }
    }
  }
}

function found<Session>(sessions: ReadonlyMap<number, Session>, number: number): Session {
  const session = sessions.get(number)
  if (session === undefined) throw new GraftError('internal', 'TensorFlow’s process does not have this session.')
  return session
}

try {
  const tf = loadTensorflow(folder, packageName, threads)
  await tf.ready()
  receiveFrames(socket, (message: Request | Cancellation) => {
    if ('cancel' in message) cancelled.add(message.cancel)
    else void handle(tf, message)
  })
  const { isUsingGpuDevice, binding } = tf.backend() as unknown as NodeBackend
  answer({ ready: { device: isUsingGpuDevice ? 'cuda' : 'cpu', versions: { tensorflow: binding.TF_Version, tfjs: tf.version['tfjs-core'] ?? '' } } })
} catch (error) {
  answer({ failed: { code: 'unavailable', message: `TensorFlow cannot be loaded: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`, hint: 'Install it again: `graft backends install tensorflow --force`.' } })
}
