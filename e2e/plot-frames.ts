import type { Page } from 'playwright-core'

/** Frames of a page while something went on, in milliseconds between one and the next. */
export interface FrameTimes {
  perSecond: number
  median: number
  /** Pictures of a plot that were painted, a second: a frame in which nothing had changed shows none. */
  paintedPerSecond: number
  /** 95 of 100 were shorter. */
  nearlyAll: number
  longest: number
}

const spread = (values: readonly number[]): Pick<FrameTimes, 'median' | 'nearlyAll' | 'longest'> => {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: sorted[sorted.length >> 1]!, nearlyAll: sorted[Math.floor(sorted.length * 0.95)]!, longest: sorted.at(-1)! }
}

/** The frames that the page drew while `act` ran. Code for the page is text: this file is checked without the types of a browser. */
export async function framesDuring(page: Page, act: () => Promise<void>): Promise<FrameTimes> {
  await page.evaluate(`{
    performance.clearMeasures('graft plot')
    window.graftFrames = []
    window.graftCounting = true
    const count = (now) => { window.graftFrames.push(now); if (window.graftCounting) requestAnimationFrame(count) }
    requestAnimationFrame(count)
  }`)
  await act()
  const times = await page.evaluate<number[]>(`(window.graftCounting = false, window.graftFrames)`)
  const painted = await page.evaluate<number>(`new Set(performance.getEntriesByName('graft plot').map(({ startTime }) => window.graftFrames.findLastIndex((time) => time <= startTime))).size`)
  const gaps = times.slice(1).map((time, index) => time - times[index]!)
  const seconds = (times.at(-1)! - times[0]!) / 1000
  return { perSecond: gaps.length / seconds, paintedPerSecond: painted / seconds, ...spread(gaps) }
}

/** Moves the pointer to and fro between two points for a while, as fast as the page takes it. */
export async function moveToAndFro(page: Page, from: readonly [number, number], to: readonly [number, number], milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds
  for (let step = 0; performance.now() < end; step += 1) {
    const share = 0.5 - 0.5 * Math.cos(step / 12)
    await page.mouse.move(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share)
  }
}

/** Waits until every layer of every plot is painted: no step for a while. */
export async function untilPainted(page: Page, patience = 120_000): Promise<void> {
  const end = performance.now() + patience
  const isQuiet = () => page.evaluate<boolean>(`(() => { const all = performance.getEntriesByName('graft plot'); return all.length > 10 && performance.now() - all.at(-1).startTime > 1000 })()`)
  while (!(await isQuiet())) {
    if (performance.now() > end) throw new Error('The plots were not painted in time.')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

export const framesText = ({ perSecond, paintedPerSecond, median, nearlyAll, longest }: FrameTimes): string => `${perSecond.toFixed(1)} frames a second, ${paintedPerSecond.toFixed(1)} of them with something new; a frame: median ${median.toFixed(0)} ms, 95% ${nearlyAll.toFixed(0)} ms, longest ${longest.toFixed(0)} ms`
