import { meanSquares, type MeanSquares } from './crossed-variance.ts'
import { leastDegreesOfFreedom, normalQuantile95, studentQuantile95 } from './quantiles.ts'

export interface PairedComparison {
  /** Mean accuracy of the first less that of the second. */
  difference: number
  /** 95% interval of the difference. */
  interval: [number, number]
  /** Whether the data cannot tell the two apart: the interval holds 0. */
  tied: boolean
}

/**
 * Compares two models on the same test images, image by image: what is hard for both then cancels out, which two separate
 * intervals do not see. Each may have seeds of its own.
 *
 * The part over images is the adjusted Wald interval of Bonett and Price (2012, Journal of Educational and Behavioral
 * Statistics 37:479-488), as if one more image had been won and one more lost, which keeps it honest for few images (4 wins to
 * 0 of 15 is a tie, as McNemar's exact test has it). The parts over seeds are added as in `intervalOverSeedsAndImages`, with
 * Student's quantile for their few degrees of freedom.
 *
 * @param first one row a seed; `second` likewise, on the same images in the same order.
 * @throws RangeError when the images differ in number.
 */
export function pairedComparison(first: readonly (readonly boolean[])[], second: readonly (readonly boolean[])[]): PairedComparison {
  const a = meanSquares(first)
  const b = meanSquares(second)
  if (a.images !== b.images) throw new RangeError('Both need the same images.')
  const n = a.images + 2
  let sum = 0
  let squares = 2
  for (let image = 0; image < a.images; image += 1) {
    const difference = a.imageMeans[image]! - b.imageMeans[image]!
    sum += difference
    squares += difference * difference
  }
  const middle = sum / n
  const seedParts = [seedPart(a), seedPart(b)]
  const variance = (squares / n - middle * middle) / n + seedParts.reduce((total, part) => total + part.variance, 0)
  const spread = seedParts.reduce((total, part) => total + part.spread, 0)
  const half = (spread === 0 ? normalQuantile95 : studentQuantile95(Math.max(leastDegreesOfFreedom, variance ** 2 / spread))) * Math.sqrt(variance)
  const interval: [number, number] = [Math.max(-1, middle - half), Math.min(1, middle + half)]
  return { difference: a.mean - b.mean, interval, tied: interval[0] <= 0 && interval[1] >= 0 }
}

/** Variance of a mean that comes from its seeds, and its share in Satterthwaite's sum. */
function seedPart({ seeds, images, seedSquare, residualSquare }: MeanSquares): { variance: number; spread: number } {
  const variance = Math.max(0, seedSquare - residualSquare) / (seeds * images)
  return { variance, spread: variance === 0 ? 0 : (seedSquare / (seeds * images)) ** 2 / (seeds - 1) }
}
