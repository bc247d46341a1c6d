import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { trainHead } from '../src/training/train-head.ts'

type HeadOptions = Parameters<typeof trainHead>[0]
/** What all heads train on. */
export type HeadData = Pick<HeadOptions, 'train' | 'validation' | 'classes'>
/** What differs from head to head. */
export type HeadWishes = Pick<HeadOptions, 'head' | 'phase' | 'seed'>

/**
 * Threads with an engine of one thread each, as many as processors: what the slots of a worker are to its trials. `train` has them train heads,
 * each the next one as soon as it is free.
 */
export async function openSideBySide(data: HeadData): Promise<{ train(heads: readonly HeadWishes[]): Promise<void>; close(): Promise<void> }> {
  const threads = Array.from({ length: availableParallelism() }, () => new Worker(new URL('./side-by-side-thread.mjs', import.meta.url), { execArgv: [], workerData: data }))
  await Promise.all(threads.map((thread) => once(thread, 'message')))
  return {
    async train(heads) {
      const waiting = [...heads]
      await Promise.all(threads.map(async (thread) => {
        for (let wishes = waiting.shift(); wishes !== undefined; wishes = waiting.shift()) {
          thread.postMessage(wishes, [])
          await once(thread, 'message')
        }
      }))
    },
    close: async () => void (await Promise.all(threads.map((thread) => thread.terminate()))),
  }
}
