const most = 100

export type ParsedSeeds = { seeds: number[] } | { error: string }

/** `0-2, 7` as [0, 1, 2, 7]. */
export function parseSeeds(text: string): ParsedSeeds {
  const seeds: number[] = []
  for (const part of text.split(/[,\s]+/).filter(Boolean)) {
    const match = /^(\d{1,10})(?:[-–](\d{1,10}))?$/.exec(part)
    if (match === null) return { error: `“${part.slice(0, 20)}” is no seed: write whole numbers and ranges, like 0-2, 7.` }
    const first = Number(match[1])
    const last = match[2] === undefined ? first : Number(match[2])
    if (last < first) return { error: `${part} runs backwards.` }
    if (last - first >= most || seeds.length + last - first >= most) return { error: `At most ${most} seeds.` }
    for (let seed = first; seed <= last; seed++) seeds.push(seed)
  }
  if (seeds.length === 0) return { error: 'At least one seed.' }
  return { seeds }
}

/** [0, 1, 2, 7] as `0-2, 7`. */
export function seedsText(seeds: readonly number[]): string {
  const parts: string[] = []
  const sorted = seeds.toSorted((a, b) => a - b)
  for (let start = 0; start < sorted.length; ) {
    let end = start
    while (end + 1 < sorted.length && sorted[end + 1] === sorted[end]! + 1) end += 1
    parts.push(end === start ? `${sorted[start]}` : `${sorted[start]}-${sorted[end]}`)
    start = end + 1
  }
  return parts.join(', ')
}
