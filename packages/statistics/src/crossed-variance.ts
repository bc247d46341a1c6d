/** Mean squares of a table of outcomes, seeds in rows and images in columns (two-way, no replication). */
export interface MeanSquares {
  seeds: number
  images: number
  mean: number
  /** Between seeds; 0 with one seed. */
  seedSquare: number
  /** Between images; 0 with one image. */
  imageSquare: number
  /** Interaction and chance; 0 with one seed or one image. */
  residualSquare: number
  /** Share of right answers of each image, over seeds. */
  imageMeans: Float64Array
}

/**
 * Two-way analysis of variance of right (1) and wrong (0) answers.
 *
 * @param correct one row a seed; all rows of one length, images in one order.
 * @throws RangeError for no rows, no columns or rows of unequal length.
 */
export function meanSquares(correct: readonly (readonly boolean[])[]): MeanSquares {
  const seeds = correct.length
  const images = correct[0]?.length ?? 0
  if (images === 0) throw new RangeError('At least one seed and one image are needed.')
  if (correct.some((row) => row.length !== images)) throw new RangeError('Every seed needs the same images.')
  const imageMeans = new Float64Array(images)
  const seedMeans = new Float64Array(seeds)
  for (const [seed, row] of correct.entries()) {
    for (let image = 0; image < images; image += 1) {
      if (!row[image]) continue
      imageMeans[image]! += 1
      seedMeans[seed]! += 1
    }
  }
  const mean = seedMeans.reduce((sum, count) => sum + count, 0) / (seeds * images)
  imageMeans.forEach((count, image) => (imageMeans[image] = count / seeds)) // counted first: all right is exactly 1
  seedMeans.forEach((count, seed) => (seedMeans[seed] = count / images))
  const seedSum = images * squaresAbout(seedMeans, mean)
  const imageSum = seeds * squaresAbout(imageMeans, mean)
  const residualSum = Math.max(0, seeds * images * mean * (1 - mean) - seedSum - imageSum)
  return {
    seeds,
    images,
    mean,
    imageMeans,
    seedSquare: divide(seedSum, seeds - 1),
    imageSquare: divide(imageSum, images - 1),
    residualSquare: divide(residualSum, (seeds - 1) * (images - 1)),
  }
}

const divide = (sum: number, degreesOfFreedom: number): number => (degreesOfFreedom > 0 ? sum / degreesOfFreedom : 0)

function squaresAbout(values: Float64Array, mean: number): number {
  let sum = 0
  for (const value of values) sum += (value - mean) ** 2
  return sum
}
