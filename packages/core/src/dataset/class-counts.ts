import { type ImportIssue, type ManifestImage, splits } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'

/** Issues that an error carries along, so that its reader sees why a class came out empty. */
const issuesInError = 20

/**
 * Refuses what nothing can be learned from. `classOfImages`: the class name of every image that would stay.
 *
 * @throws GraftError `invalid_input` for one class only and for a class with fewer than two images.
 */
export function checkClasses(classes: readonly string[], classOfImages: readonly string[], issues: readonly ImportIssue[]): void {
  const details = { issues: issues.slice(0, issuesInError) }
  if (classes.length < 2) {
    throw new GraftError('invalid_input', `There is only one class ("${classes[0]}"); telling classes apart needs two at least.`, {
      hint: 'Put the images of each class into a folder of its own.',
      field: 'classes',
      details,
    })
  }
  const counts = new Map(classes.map((name) => [name, 0]))
  for (const name of classOfImages) counts.set(name, counts.get(name)! + 1)
  const poor = [...counts].find(([, count]) => count < 2)
  if (poor === undefined) return
  const [name, count] = poor
  const because = issues.length > 0 ? ` (${issues.length} ${issues.length === 1 ? 'file' : 'files'} could not be used, for instance ${issues[0]!.path}: ${issues[0]!.reason})` : ''
  throw new GraftError('invalid_input', `The class "${name}" has ${count === 0 ? 'no usable image' : 'only one usable image'}; two are needed at least, one to train on and one to test${because}.`, {
    hint: 'Add images to it or remove its folder.',
    field: 'classes',
    details,
  })
}

/**
 * Warnings for classes that lack a part of the split. The issue's path is the class's name.
 *
 * @throws GraftError `invalid_input` for a class without any training image.
 */
export function smallClassIssues(classes: readonly string[], images: readonly ManifestImage[], issues: readonly ImportIssue[]): ImportIssue[] {
  const counts = classes.map(() => ({ train: 0, validation: 0, test: 0 }))
  for (const image of images) counts[image.classIndex]![image.split]++
  return classes.flatMap((name, index): ImportIssue[] => {
    const count = counts[index]!
    if (count.train === 0) {
      throw new GraftError('invalid_input', `The class "${name}" has no training image.`, {
        hint: 'Add images of it to the train folder.',
        field: 'classes',
        details: { issues: issues.slice(0, issuesInError) },
      })
    }
    const missing = splits.filter((split) => count[split] === 0)
    if (missing.length === 0) return []
    return [{ kind: 'small-class', path: name, reason: `The class "${name}" has no image in ${missing.join(' and ')}: its accuracy there is unknown.`, related: [] }]
  })
}
