import { GraftError } from '@graft/contracts/errors'

/**
 * Reads one JavaScript value written as a literal (JSON, or what a minifier makes of it: bare keys, `.5`, `!0`, `void 0`) at
 * `start` of a text. It is parsed as data, nothing is run: anything but a literal throws `corrupt`.
 */
export function parseObjectLiteral(text: string, start: number): unknown {
  let position = start

  const fail = (): never => {
    throw new GraftError('corrupt', `Not a plain literal at character ${position}: ${JSON.stringify(text.slice(position, position + 20))}.`)
  }
  const skip = (): void => {
    while (/\s/.test(text[position] ?? '')) position++
  }
  const take = (expected: string): boolean => {
    skip()
    if (!text.startsWith(expected, position)) return false
    position += expected.length
    return true
  }
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = position
    const [found] = pattern.exec(text) ?? []
    if (found === undefined) return null
    position += found.length
    return found
  }

  const readString = (): string => {
    const quote = text[position]
    let end = position + 1
    while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1
    if (end >= text.length) fail()
    const raw = text.slice(position + 1, end)
    position = end + 1
    // A single-quoted string becomes a JSON string by turning its quotes round.
    const json = quote === '"' ? raw : raw.replaceAll("\\'", "'").replaceAll('"', '\\"')
    return JSON.parse(`"${json}"`) as string
  }
  const readObject = (depth: number): Record<string, unknown> => {
    const entries: [string, unknown][] = []
    while (!take('}')) {
      skip()
      const key = text[position] === '"' || text[position] === "'" ? readString() : (match(/[\w$]+/y) ?? fail())
      if (!take(':')) fail()
      entries.push([key, readValue(depth + 1)])
      if (!take(',') && text[position] !== '}') fail()
    }
    return Object.fromEntries(entries)
  }
  const readArray = (depth: number): unknown[] => {
    const items: unknown[] = []
    while (!take(']')) {
      items.push(readValue(depth + 1))
      if (!take(',') && text[position] !== ']') fail()
    }
    return items
  }
  const words: readonly (readonly [string, unknown])[] = [['!0', true], ['!1', false], ['true', true], ['false', false], ['null', null], ['void 0', undefined]]
  const readValue = (depth: number): unknown => {
    if (depth > 200) fail()
    if (take('{')) return readObject(depth)
    if (take('[')) return readArray(depth)
    const character = text[position]
    if (character === '"' || character === "'") return readString()
    for (const [word, value] of words) if (take(word)) return value
    const number = match(/-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/iy)
    return number === null ? fail() : Number(number)
  }
  return readValue(0)
}
