/** Takes a layer one step further. @returns whether it is done. */
export type PaintStep = () => boolean

/** A frame that came this much later than the one before was too full. 60 frames a second are 17 ms apart. */
const lateMilliseconds = 26
/**
 * Time for steps in a frame. What a canvas is told is drawn only after the frame's functions have ended, where no clock of ours
 * sees it without a graphics card; so the next frame tells whether it was too much, as networks tell senders (additive increase,
 * multiplicative decrease).
 */
const [least, most, increase, decrease] = [0.5, 10, 0.5, 0.6]

const waiting = new Set<PaintStep>()
let allowance = 4
let frame: number | undefined
let before = -Infinity

function run(now: number): void {
  // The clock of a frame may lie a little before the function runs.
  const gap = now - before
  before = now
  if (gap < 200) allowance = gap > lateMilliseconds ? Math.max(least, allowance * decrease) : Math.min(most, allowance + increase)
  const end = performance.now() + allowance
  for (const step of waiting) {
    let isDone = step()
    while (!isDone && performance.now() < end) isDone = step()
    if (isDone) waiting.delete(step)
    if (performance.now() >= end) break
  }
  frame = waiting.size === 0 ? undefined : requestAnimationFrame(run)
}

/**
 * Has the steps of a layer taken within frames, after those that wait already; all plots share one allowance a frame, so that however
 * many are drawn the page stays quick. @returns takes it back.
 */
export function paintWithinFrames(step: PaintStep): () => void {
  // A step of its own, though the same function may wait twice.
  const mine: PaintStep = () => step()
  waiting.add(mine)
  frame ??= requestAnimationFrame(run)
  return () => waiting.delete(mine)
}
