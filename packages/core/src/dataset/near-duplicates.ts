import { setImmediate } from 'node:timers/promises'
import type { ImportIssue, Split } from '@graft/contracts/dataset'

export interface NearDuplicateCandidate {
  path: string
  className: string
  split: Split
  pixelHash: string
  /** 64-bit difference hash, 16 hexadecimal digits. */
  perceptualHash: string
}

/** Bits of 64 in which two pictures may differ and still be taken for one. */
export const nearDuplicateThreshold = 3

/** More pictures than this with one hash are flat or made from a template, not copies of each other: comparing them says nothing. */
const largestGroup = 64

interface HashGroup {
  low: number
  high: number
  images: number[]
}

/** Comparisons between two looks at the event loop: some milliseconds. */
const comparisonsAtOnce = 1_000_000

/**
 * Warns of pictures that look the same without being equal: by Hamming distance of their difference hashes. Each picture is
 * reported at most once, with its closest earlier one (by path). Hashes at most three bits apart agree in at least one of four
 * bands of 16 bits (pigeonhole), so only pictures that share a band are compared: 100,000 images take about a second.
 * Images come sorted by path. Lets other work run in between.
 */
export async function findNearDuplicates(images: readonly NearDuplicateCandidate[], signal?: AbortSignal): Promise<ImportIssue[]> {
  const groups = groupByHash(images).filter((group) => group.images.length <= largestGroup)
  const closest = new Map<number, { other: number; distance: number }>()
  const offer = (a: number, b: number, distance: number): void => {
    const [earlier, later] = a < b ? [a, b] : [b, a]
    if (images[earlier]!.pixelHash === images[later]!.pixelHash) return
    const before = closest.get(later)
    if (before === undefined || distance < before.distance || (distance === before.distance && earlier < before.other)) {
      closest.set(later, { other: earlier, distance })
    }
  }
  for (const group of groups) {
    for (let index = 1; index < group.images.length; index++) {
      for (let earlier = 0; earlier < index; earlier++) offer(group.images[earlier]!, group.images[index]!, 0)
    }
  }
  for (const band of chooseBands(groups)) await compareBand(groups, band, offer, signal)
  return Array.from(closest.entries())
    .toSorted(([a], [b]) => a - b)
    .map(([index, found]) => describe(images[index]!, images[found.other]!, found.distance))
}

function groupByHash(images: readonly NearDuplicateCandidate[]): HashGroup[] {
  const groups = new Map<string, HashGroup>()
  images.forEach((image, index) => {
    const hash = image.perceptualHash
    const group = groups.get(hash)
    if (group !== undefined) group.images.push(index)
    else groups.set(hash, { high: Number.parseInt(hash.slice(0, 8), 16) | 0, low: Number.parseInt(hash.slice(8), 16) | 0, images: [index] })
  })
  return [...groups.values()]
}

function bitOf(group: HashGroup, bit: number): number {
  return ((bit < 32 ? group.low : group.high) >>> (bit & 31)) & 1
}

/**
 * Deals the 64 bits into four bands, the ones that divide the pictures most evenly first. Pictures on white share whole corners
 * of their hashes: a band of such bits would put all of them into one bucket.
 */
function chooseBands(groups: readonly HashGroup[]): number[][] {
  const bits = Array.from({ length: 64 }, (_, bit) => {
    let ones = 0
    for (const group of groups) ones += bitOf(group, bit)
    return { bit, unevenness: Math.abs(ones - groups.length / 2) }
  }).toSorted((a, b) => a.unevenness - b.unevenness)
  return [0, 1, 2, 3].map((band) => bits.filter((_, rank) => rank % 4 === band).map(({ bit }) => bit))
}

async function compareBand(groups: readonly HashGroup[], band: readonly number[], offer: (a: number, b: number, distance: number) => void, signal?: AbortSignal): Promise<void> {
  const buckets = new Map<number, HashGroup[]>()
  let comparisons = 0
  for (const group of groups) {
    let key = 0
    for (const bit of band) key = key * 2 + bitOf(group, bit)
    const bucket = buckets.get(key)
    if (bucket === undefined) {
      buckets.set(key, [group])
      continue
    }
    for (const other of bucket) {
      const distance = countBits(group.low ^ other.low) + countBits(group.high ^ other.high)
      if (distance <= nearDuplicateThreshold) offer(group.images[0]!, other.images[0]!, distance)
    }
    comparisons += bucket.length
    bucket.push(group)
    if (comparisons > comparisonsAtOnce) {
      comparisons = 0
      await setImmediate()
      signal?.throwIfAborted()
    }
  }
}

function countBits(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

function describe(image: NearDuplicateCandidate, other: NearDuplicateCandidate, distance: number): ImportIssue {
  const where =
    image.className !== other.className
      ? ` under another class ("${other.className}")`
      : image.split !== other.split
        ? ` in another split (${other.split}, this one is in ${image.split})`
        : ''
  const how = distance === 0 ? 'Looks the same as' : 'Looks almost the same as'
  return { kind: 'near-duplicate', path: image.path, reason: `${how} "${other.path}"${where}; both are kept.`, related: [other.path] }
}
