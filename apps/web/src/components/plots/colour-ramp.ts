/** Viridis (Smith and van der Walt 2015): even steps in lightness, told apart without red and green. */
const viridis: readonly (readonly [number, number, number])[] = [
  [68, 1, 84], [72, 40, 120], [62, 73, 137], [49, 104, 142], [38, 130, 142], [31, 158, 137], [53, 183, 121], [110, 206, 88], [181, 222, 43], [253, 231, 37],
]
/** So many colours: one stroke of a canvas for each is quick, and nobody tells more apart. */
export const rampSteps = 24

/** Colours from the worst to the best. The best stands out most from the ground: dark on light, bright on dark. */
export function rampColours(isDark: boolean): string[] {
  return Array.from({ length: rampSteps }, (_, step) => {
    const share = step / (rampSteps - 1)
    return viridisAt(isDark ? 0.12 + 0.88 * share : 0.86 * (1 - share))
  })
}

function viridisAt(share: number): string {
  const place = share * (viridis.length - 1)
  const low = Math.min(Math.floor(place), viridis.length - 2)
  const [from, to] = [viridis[low]!, viridis[low + 1]!]
  return `rgb(${from.map((value, channel) => Math.round(value + (to[channel]! - value) * (place - low))).join(' ')})`
}

/** The step of a quality from 0 (worst) to 1 (best). */
export const rampStep = (quality: number): number => Math.min(rampSteps - 1, Math.floor(quality * rampSteps))
