import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { fromErrorReport, GraftError, type ErrorReport } from '@graft/contracts/errors'
import type { Phase } from '@graft/contracts/recipe'
import type { HeadRecipe } from '@graft/contracts/recipe/layers'
import type { LossRecipe } from '@graft/contracts/recipe/loss'
import type { LabelledFeatures, TrainedHead } from './train-head.ts'

/** What differs from head to head. */
export interface HeadWishes {
  readonly head: HeadRecipe
  readonly phase: Phase
  readonly seed: number
  readonly loss?: LossRecipe | undefined
  /** By class index. */
  readonly classWeights?: readonly number[] | undefined
}

/** What all heads train on. */
export interface HeadData {
  readonly train: LabelledFeatures
  readonly validation: LabelledFeatures
  readonly classes: number
}

/** A head that cannot be trained (it diverged, its batch is larger than the data) does not take the others with it. */
export type HeadOutcome = { readonly trained: TrainedHead; readonly error?: undefined } | { readonly trained?: undefined; readonly error: GraftError }

export type HeadAnswer = { readonly index: number } & ({ readonly trained: TrainedHead } | { readonly report: ErrorReport })

/**
 * Trains many heads on the same features side by side, on the CPU: each on one thread, as many at once as there are threads (default:
 * processors). A head's own work is too small to be shared: two threads on one head finish it hardly sooner than one does. Each comes
 * out bit by bit as `trainHead` with a runtime of one thread has it; a runtime of several may round otherwise.
 * Throws `aborted` once the signal fires, `internal` where a thread breaks down.
 */
export async function trainHeads(data: HeadData, heads: readonly HeadWishes[], options: { threads?: number; signal?: AbortSignal; onHead?: (index: number, outcome: HeadOutcome) => void } = {}): Promise<HeadOutcome[]> {
  const { threads = availableParallelism(), signal, onHead } = options
  if (signal?.aborted) throw new GraftError('aborted', 'Stopped.')
  const outcomes: HeadOutcome[] = []
  let next = 0
  const workers = Array.from({ length: Math.min(threads, heads.length) }, () => new Worker(new URL('./train-heads-thread.mjs', import.meta.url), { execArgv: [], workerData: data }))
  const lane = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        if (next === heads.length) return resolve()
        worker.postMessage({ index: next, wishes: heads[next] }, [])
        next += 1
      }
      worker.on('message', (answer: HeadAnswer) => {
        const outcome = 'report' in answer ? { error: fromErrorReport(answer.report) } : { trained: answer.trained }
        outcomes[answer.index] = outcome
        onHead?.(answer.index, outcome)
        give()
      })
      worker.on('error', (cause) => reject(new GraftError('internal', `A thread that trains heads broke down: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })))
      worker.on('exit', () => reject(new GraftError('internal', 'A thread that trains heads ended.')))
      signal?.addEventListener('abort', () => reject(new GraftError('aborted', 'Stopped.')))
      give()
    })
  try {
    await Promise.all(workers.map(lane))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return outcomes
}
