import type { ImportIssue, Split } from '@graft/contracts/dataset'

/** What finding duplicates needs to know of an image. */
export interface DuplicateCandidate {
  path: string
  className: string
  /** What its split folder says; null where split folders do not count. */
  split: Split | null
  sha256: string
  pixelHash: string
}

export interface DuplicateResult {
  issues: ImportIssue[]
  /** Paths that must not enter the version. */
  excluded: Set<string>
}

/** Which split keeps an image that lies in several: a test image that is also trained on would flatter the result most. */
const splitPreference: readonly Split[] = ['test', 'validation', 'train']

/**
 * Finds images that are the same, by bytes or by decoded pixels. Under two classes all copies are left out, for nobody knows
 * which label is right; in two split folders one split keeps it; inside one class and split the copies stay, with a warning.
 * Images come sorted by path.
 */
export function findDuplicates(images: readonly DuplicateCandidate[]): DuplicateResult {
  const groups = new Map<string, DuplicateCandidate[]>()
  for (const image of images) {
    const group = groups.get(image.pixelHash)
    if (group === undefined) groups.set(image.pixelHash, [image])
    else group.push(image)
  }
  const result: DuplicateResult = { issues: [], excluded: new Set() }
  for (const group of groups.values()) {
    if (group.length > 1) judgeGroup(group, result)
  }
  result.issues.sort((a, b) => (a.path < b.path ? -1 : 1))
  return result
}

function judgeGroup(group: readonly DuplicateCandidate[], result: DuplicateResult): void {
  const classes = new Set(group.map((image) => image.className))
  if (classes.size > 1) {
    const named = Array.from(classes, (name) => `"${name}"`).join(' and ')
    for (const image of group) {
      result.excluded.add(image.path)
      result.issues.push({
        kind: 'duplicate-across-classes',
        path: image.path,
        reason: `The same ${sameness(group)} under ${named}: all copies are left out.`,
        related: others(group, image),
      })
    }
    return
  }
  const keeper = splitPreference.find((split) => group.some((image) => image.split === split)) ?? null
  const kept = group.filter((image) => image.split === keeper)
  for (const image of group) {
    if (image.split === keeper) continue
    result.excluded.add(image.path)
    result.issues.push({
      kind: 'duplicate-across-splits',
      path: image.path,
      reason: `The same ${sameness(group)} in ${keeper} too: kept there, left out of ${image.split}.`,
      related: others(group, image),
    })
  }
  for (const image of kept.slice(1)) {
    result.issues.push({
      kind: 'duplicate',
      path: image.path,
      reason: `The same ${sameness(kept)} as "${kept[0]!.path}"; both are kept, on the same side of the split.`,
      related: others(kept, image),
    })
  }
}

function sameness(group: readonly DuplicateCandidate[]): string {
  return group.every((image) => image.sha256 === group[0]!.sha256) ? 'file' : 'picture'
}

function others(group: readonly DuplicateCandidate[], image: DuplicateCandidate): string[] {
  return group.filter((other) => other !== image).map((other) => other.path)
}
