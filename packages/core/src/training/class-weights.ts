import { GraftError } from '@graft/contracts/errors'
import type { ClassWeights } from '@graft/contracts/recipe/loss'

/**
 * Factors of the training loss by class index. `balanced`: images / (classes x images of the class), as scikit-learn; a class without
 * training images gets 1. By name: others are 1; a name that is no class is `invalid_input`. Undefined where the recipe has none.
 */
export function classWeightFactors(weights: ClassWeights | undefined, classes: readonly string[], labels: Int32Array): number[] | undefined {
  if (weights === undefined) return undefined
  if (weights !== 'balanced') {
    const unknown = Object.keys(weights).find((name) => !classes.includes(name))
    if (unknown !== undefined) {
      throw new GraftError('invalid_input', `The recipe weights the class ${unknown}, which the dataset does not have.`, { hint: `Its classes are ${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', …' : ''}.`, field: `classWeights.${unknown}` })
    }
    return classes.map((name) => weights[name] ?? 1)
  }
  const counts = classes.map(() => 0)
  for (const label of labels) counts[label]! += 1
  return counts.map((count) => (count === 0 ? 1 : labels.length / (classes.length * count)))
}
