import { expect, test } from 'vitest'
import { clusteredDifference, type Cluster } from './clustered-difference.ts'
import { normalQuantile95 } from './quantiles.ts'
import { createRandom } from './random.ts'

/** Clusters of 2 to 8 images whose differences share a part: mean `effect`, spread 0.3 between clusters and 0.5 within. */
function drawn(count: number, effect: number, seed: number): Cluster[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const [images, shared] = [2 + random.integer(7), 0.3 * random.normal()]
    let sum = 0
    for (let image = 0; image < images; image += 1) sum += effect + shared + 0.5 * random.normal()
    return { images, sum }
  })
}

/** Standard error of a mean over clusters of unequal size, linearised (Cochran 1977, Sampling Techniques, ratio estimator, 6.4), strata added. */
function linearised(strata: readonly Cluster[][]): number {
  const images = strata.flat().reduce((total, cluster) => total + cluster.images, 0)
  const mean = strata.flat().reduce((total, cluster) => total + cluster.sum, 0) / images
  const variance = strata.reduce((total, clusters) => {
    const residuals = clusters.map((cluster) => cluster.sum - mean * cluster.images)
    const middle = residuals.reduce((sum, value) => sum + value, 0) / clusters.length
    return total + residuals.reduce((sum, value) => sum + (value - middle) ** 2, 0) * (clusters.length / (clusters.length - 1))
  }, 0)
  return Math.sqrt(variance) / images
}

test('the interval is as wide as the closed form says, with one stratum and with three', () => {
  for (const strata of [[drawn(150, 0.1, 1)], [drawn(150, 0.1, 2), drawn(60, 0, 3), drawn(60, -0.1, 4)]]) {
    const { difference, interval } = clusteredDifference(strata)
    const half = normalQuantile95 * linearised(strata)
    expect(difference).toBeCloseTo(strata.flat().reduce((sum, cluster) => sum + cluster.sum, 0) / strata.flat().reduce((sum, cluster) => sum + cluster.images, 0), 12)
    expect((interval[1] - interval[0]) / 2 / half).toBeGreaterThan(0.93)
    expect((interval[1] - interval[0]) / 2 / half).toBeLessThan(1.07)
    expect(Math.abs((interval[0] + interval[1]) / 2 - difference)).toBeLessThan(0.1 * half)
  }
})

test('it holds the true difference about 95 times of 100', () => {
  const held = Array.from({ length: 300 }, (_, repetition) => clusteredDifference([drawn(60, 0.1, 100 + repetition)], { resamples: 1000 }).interval).filter(([low, high]) => low <= 0.1 && 0.1 <= high).length
  expect(held).toBeGreaterThanOrEqual(275) // 91.7%; 95% less three standard errors
  expect(held).toBeLessThanOrEqual(296)
})

test('copies of an image in one cluster are no further evidence, and without images there is nothing to say', () => {
  const alone: Cluster[] = Array.from({ length: 40 }, (_, index) => ({ images: 1, sum: index % 3 === 0 ? 1 : 0 }))
  const tenfold = alone.map(({ sum }) => ({ images: 10, sum: sum * 10 }))
  expect(clusteredDifference([tenfold])).toEqual(clusteredDifference([alone]))
  expect(() => clusteredDifference([[]])).toThrow(RangeError)
})
