/**
 * Seeded random numbers, the same on every machine: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom
 * number generators", 2018), its 128-bit state filled by splitmix32 from the seed. Not for secrets.
 */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  next(): number
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number
  /** Standard normal (Box-Muller, the cosine half). */
  normal(): number
  /** Uniform whole number in [0, bound). `bound` is 1 to 2^32. */
  integer(bound: number): number
  /** Fisher-Yates shuffle in place; returns the same array. */
  shuffle<Items extends { length: number; [index: number]: unknown }>(items: Items): Items
  /** An independent stream for a named purpose. It depends on the seed and the label only, not on what was drawn before. */
  fork(label: string): Random
}

/** A stream from a whole-number seed (taken modulo 2^32). */
export function createRandom(seed: number): Random {
  return fromState(seed >>> 0)
}

function fromState(seed: number): Random {
  const state = new Uint32Array(4)
  let word = seed
  for (let index = 0; index < 4; index++) {
    word = (word + 0x9e3779b9) >>> 0
    state[index] = splitmix(word)
  }

  const nextWord = (): number => {
    const s1 = state[1] as number
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0
    state[2]! ^= state[0]!
    state[3]! ^= s1
    state[1]! ^= state[2]!
    state[0]! ^= state[3]!
    state[2]! ^= s1 << 9
    state[3] = rotate(state[3]!, 11)
    return result
  }
  const next = (): number => nextWord() / 4294967296

  const integer = (bound: number): number => {
    // Draws in the last, incomplete block of `bound` values are thrown away, so that every value is equally likely.
    const limit = 4294967296 - (4294967296 % bound)
    let drawn = nextWord()
    while (drawn >= limit) drawn = nextWord()
    return drawn % bound
  }

  return {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    integer,
    shuffle: (items) => {
      for (let last = items.length - 1; last > 0; last--) {
        const chosen = integer(last + 1)
        const kept = items[last]
        items[last] = items[chosen]
        items[chosen] = kept
      }
      return items
    },
    fork: (label) => fromState(splitmix((seed ^ labelHash(label)) >>> 0)),
  }
}

function splitmix(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function rotate(value: number, bits: number): number {
  return ((value << bits) | (value >>> (32 - bits))) >>> 0
}

/** FNV-1a over the UTF-16 code units. */
function labelHash(label: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < label.length; index++) hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
