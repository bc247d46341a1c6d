import { preloading } from './preload.ts'

/** Code for a job process's main thread that runs `fault` after each epoch, with the number of the epoch in `epoch`; `once` runs only the first time in all processes together. */
function afterEpochs(fault: string): string {
  return preloading(`import { isMainThread } from 'node:worker_threads'
import { existsSync, writeFileSync } from 'node:fs'
if (isMainThread && process.argv[1]?.endsWith('job-process/main.ts')) {
  const send = process.send.bind(process)
  const pause = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  const once = (file, work) => { if (!existsSync(file)) { writeFileSync(file, ''); work() } }
  process.send = (message, ...more) => {
    const sent = send(message, ...more)
    if (message.kind === 'metrics') { const epoch = message.points[0].step; ${fault} }
    return sent
  }
}`)
}

/** Each epoch takes at least so long: there is time to do something to the worker. */
export const slowEpochs = (milliseconds: number): Record<string, string> => ({ NODE_OPTIONS: afterEpochs(`pause(${milliseconds})`) })

/** The process holds its event loop for so long, once, after an epoch. `file` remembers that it has. */
export const blockedOnce = (file: string, milliseconds: number): Record<string, string> => ({ NODE_OPTIONS: afterEpochs(`once(${JSON.stringify(file)}, () => { console.error('blocked'); pause(${milliseconds}) })`) })

/** The process never comes back from an epoch, once. */
export const hungOnce = (file: string): Record<string, string> => ({ NODE_OPTIONS: afterEpochs(`once(${JSON.stringify(file)}, () => { for (;;); })`) })

/** The process takes memory without end in each attempt, after its first epoch. */
export const greedy = (): Record<string, string> => ({ NODE_OPTIONS: afterEpochs(`const held = []; for (;;) held.push(Buffer.alloc(32e6, 1))`) })

/** The process ends by a signal, once, as one does that crashes in native code. */
export const crashedOnce = (file: string): Record<string, string> => ({ NODE_OPTIONS: afterEpochs(`once(${JSON.stringify(file)}, () => process.kill(process.pid, 'SIGSEGV'))`) })
