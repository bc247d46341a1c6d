import { GraftError } from '@graft/contracts/errors'
import type { ImagePrediction } from '@graft/contracts/job'

/**
 * The predictions of several models for the same images as one: the mean of their probabilities, class by class. An image that one
 * of them could not read keeps its error. Throws `mismatch` where the models know other classes.
 */
export function ensemblePredictions(members: readonly (readonly ImagePrediction[])[]): ImagePrediction[] {
  return members[0]!.map((first, index) => {
    const all = members.map((member) => member[index]!)
    const failed = all.find(({ error }) => error !== null)
    if (failed !== undefined) return failed
    const names = first.classes.map(({ className }) => className)
    const classes = names.map((className) => ({ className, probability: all.reduce((sum, prediction) => sum + probabilityOf(prediction, className, names), 0) / all.length }))
    return { ...first, classes: classes.toSorted((a, b) => b.probability - a.probability) }
  })
}

function probabilityOf({ classes }: ImagePrediction, className: string, names: readonly string[]): number {
  const found = classes.length === names.length ? classes.find((candidate) => candidate.className === className) : undefined
  if (found !== undefined) return found.probability
  throw new GraftError('mismatch', `These models know other classes: ${names.join(', ')} and ${classes.map((candidate) => candidate.className).join(', ')}.`, { hint: 'Choose trials of one dataset.', field: 'trial' })
}
