import { createRandom } from './random.ts'

/** Images that belong together (photographs of one person): how many they are, and the sum of their differences. */
export interface Cluster {
  readonly images: number
  readonly sum: number
}

export interface ClusteredDifference {
  /** Mean difference an image. */
  readonly difference: number
  /** 95% interval of the difference. */
  readonly interval: readonly [number, number]
}

/**
 * Mean paired difference over images that are not independent of each other, with a percentile interval of the stratified cluster
 * bootstrap (Davison and Hinkley 1997, Bootstrap Methods and their Application, sections 2.4 and 3.2): whole clusters are drawn with replacement,
 * within each stratum (dataset) as many as it has; every image counts the same. With few clusters (under about 40) such intervals are somewhat too narrow.
 *
 * @param strata the clusters of each.
 * @throws RangeError when there is no image.
 */
export function clusteredDifference(strata: readonly (readonly Cluster[])[], options: { resamples?: number; seed?: number } = {}): ClusteredDifference {
  const { resamples = 10_000, seed = 0 } = options
  const difference = meanOf(strata)
  if (Number.isNaN(difference)) throw new RangeError('At least one image is needed.')
  const random = createRandom(seed)
  const means = Float64Array.from({ length: resamples }, () => meanOf(strata.map((clusters) => clusters.map(() => clusters[random.integer(clusters.length)]!)))).toSorted()
  const quantile = (share: number): number => means[Math.min(resamples - 1, Math.floor(share * resamples))]!
  return { difference, interval: [quantile(0.025), quantile(0.975)] }
}

function meanOf(strata: readonly (readonly Cluster[])[]): number {
  let [sum, images] = [0, 0]
  for (const clusters of strata) {
    for (const cluster of clusters) {
      sum += cluster.sum
      images += cluster.images
    }
  }
  return sum / images
}
