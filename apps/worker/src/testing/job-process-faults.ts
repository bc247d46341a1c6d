import { preloading } from './preload.ts'

/** Code for a job process's main thread that runs `fault` after each epoch; `once` runs its work only the first time in all processes together. */
function afterEpochs(fault: string): string {
  return preloading(`import { isMainThread } from 'node:worker_threads'
import { existsSync, writeFileSync } from 'node:fs'
if (isMainThread && process.argv[1]?.endsWith('job-process/main.ts')) {
  const send = process.send.bind(process)
  const once = (file, work) => { if (!existsSync(file)) { writeFileSync(file, ''); work() } }
  process.send = (message, ...more) => {
    const sent = send(message, ...more)
    if (message.kind === 'metrics') { ${fault} }
    return sent
  }
}`)
}

/** The process never comes back from an epoch, once. */
export const hungOnce = (file: string): Record<string, string> => ({ NODE_OPTIONS: afterEpochs(`once(${JSON.stringify(file)}, () => { for (;;); })`) })

/** The process takes memory without end in each attempt, after its first epoch. */
export const greedy = (): Record<string, string> => ({ NODE_OPTIONS: afterEpochs(`const held = []; for (;;) held.push(Buffer.alloc(32e6, 1))`) })

/** The process ends by a signal, once, as one does that crashes in native code. */
export const crashedOnce = (file: string): Record<string, string> => ({ NODE_OPTIONS: afterEpochs(`once(${JSON.stringify(file)}, () => process.kill(process.pid, 'SIGSEGV'))`) })
