/**
 * Does `work` for every item, at most `lanes` at a time, starting them in order. After a failure nothing new is started; the
 * first failure is thrown once all running work has ended, so nothing goes on behind the caller's back.
 */
export async function forEachInLanes<Item>(items: readonly Item[], lanes: number, work: (item: Item, index: number) => Promise<void>): Promise<void> {
  let next = 0
  let failed = false
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++
      try {
        await work(items[index]!, index)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const results = await Promise.allSettled(Array.from({ length: Math.min(lanes, items.length) }, lane))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}
