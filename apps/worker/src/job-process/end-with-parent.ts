import { Worker } from 'node:worker_threads'

const guard = `
const { ppid } = process
setInterval(() => {
  if (process.ppid !== ppid) process.kill(process.pid, 'SIGKILL')
}, 1000)`

/**
 * Ends this process when the one that started it is gone, also by kill -9, and also where this one hangs: a thread of its own looks
 * each second whose child it is.
 */
export function endWithParent(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  new Worker(guard, { eval: true, execArgv: [], stdout: false }).unref()
}
