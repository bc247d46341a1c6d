import { meanSquares, type MeanSquares } from './crossed-variance.ts'
import { leastDegreesOfFreedom, normalQuantile95, studentQuantile95 } from './quantiles.ts'
import { wilsonInterval } from './wilson-interval.ts'

export interface AccuracyWithInterval {
  /** Mean over seeds and images, 0 to 1. */
  accuracy: number
  interval: [number, number]
}

/** How many doubtful images the assumption of whole agreement between seeds counts for: see `designEffect`. */
const priorImages = 2

/**
 * Mean accuracy over seeds and test images with its 95% interval, for "another seed and other images of the same kind".
 *
 * The answers are a two-way table: an image is hard for every seed, a seed is weak on every image, and the rest is chance.
 * More seeds on the same images are therefore not more images. The variance of the mean under crossed random effects,
 *
 *   Var = MS_images / (s n) + max(0, MS_seeds - MS_residual) / (s n),
 *
 * is turned into the number of independent answers that would vary as much, n* = p (1 - p) / Var, and that goes into
 * Wilson's interval: the effective sample size of Kish (1965) as Korn and Graubard (1998, Survey Methodology 24:193-201) put
 * it into an interval of proportions, with their factor (z / t)^2 for the few degrees of freedom of the variance between seeds
 * (Satterthwaite 1946). Variance components by the analysis of variance: Searle, Casella and McCulloch, Variance Components
 * (1992), chapter 4.
 *
 * With one seed it is Wilson's interval over the images. Where all answers agree (100%), nothing can be learned of the
 * agreement between seeds: then each image counts once, however many seeds.
 *
 * @param correct one row a seed, whether each image was right; images in one order.
 * @throws RangeError for an empty or ragged table.
 */
export function intervalOverSeedsAndImages(correct: readonly (readonly boolean[])[]): AccuracyWithInterval {
  const table = meanSquares(correct)
  const effective = table.images / designEffect(table)
  return { accuracy: table.mean, interval: wilsonInterval(table.mean * effective, effective) }
}

/** Var, by its parts. */
function variance({ seeds, images, seedSquare, imageSquare, residualSquare }: MeanSquares): { fromImages: number; fromSeeds: number } {
  const answers = seeds * images
  return { fromImages: imageSquare / answers, fromSeeds: Math.max(0, seedSquare - residualSquare) / answers }
}

/**
 * How much more the mean varies than that of one answer an image (Student's factor included). Estimated from few wrong (or few right) answers it may be
 * anything, so it is drawn towards 1, as if `priorImages` more images had been seen on which all seeds agree.
 */
function designEffect(table: MeanSquares): number {
  const { seeds, images, mean } = table
  if (seeds === 1 || images === 1) return 1
  const doubtful = images * Math.min(mean, 1 - mean)
  if (doubtful === 0) return 1
  const { fromImages, fromSeeds } = variance(table)
  const fewSeeds = (studentQuantile95(degreesOfFreedom(table)) / normalQuantile95) ** 2
  const measured = (fewSeeds * (fromImages + fromSeeds) * images) / (mean * (1 - mean))
  return (doubtful * measured + priorImages) / (doubtful + priorImages)
}

/** Satterthwaite's, for the part of the variance that few seeds tell; the images are many and Wilson's interval sees to them. */
function degreesOfFreedom(table: MeanSquares): number {
  const { fromImages, fromSeeds } = variance(table)
  if (fromSeeds === 0) return Number.POSITIVE_INFINITY
  const square = table.seedSquare / (table.seeds * table.images)
  return Math.max(leastDegreesOfFreedom, (fromImages + fromSeeds) ** 2 / (square ** 2 / (table.seeds - 1)))
}
