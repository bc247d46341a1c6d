import type { MetricPoint } from '@graft/contracts/trial'

/** Sends metrics in batches, in order, one request at a time, while the job goes on. */
export interface MetricSender {
  push(points: readonly MetricPoint[]): void
  /** Resolves when all is sent. @throws the first error of a send. */
  flush(): Promise<void>
}

/** A batch is what gathered while the last one was on its way; `largestBatch` is the protocol's limit. */
export function createMetricSender(send: (points: MetricPoint[]) => Promise<void>, largestBatch = 10_000): MetricSender {
  let waiting: MetricPoint[] = []
  let sending: Promise<void> | null = null
  let failure: { error: unknown } | null = null

  async function drain() {
    while (waiting.length > 0 && !failure) {
      const batch = waiting.slice(0, largestBatch)
      waiting = waiting.slice(batch.length)
      try {
        await send(batch)
      } catch (error) {
        failure = { error }
      }
    }
    sending = null
  }
  return {
    push(points) {
      waiting.push(...points)
      sending ??= drain()
    },
    async flush() {
      await sending
      if (failure) throw failure.error
    },
  }
}
