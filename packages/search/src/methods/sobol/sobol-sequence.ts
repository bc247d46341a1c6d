import { GraftError } from '@graft/contracts/errors'
import { createRandom } from '@graft/statistics/random'
import { directionNumbers } from './direction-numbers.ts'

const bits = 32
export const mostSobolDimensions = directionNumbers.length + 1

/**
 * The Sobol sequence (Sobol 1967; direction numbers of Joe and Kuo 2008) in Gray-code order (Antonov and Saleev 1979), each point from its index
 * alone. With a seed it is scrambled: a random lower triangular matrix over the bits of each dimension and a random shift (Matoušek
 * 1998), which keeps its evenness and takes away its first point, the corner.
 *
 * @throws GraftError `invalid_input` for more than 100 dimensions.
 */
export function sobolSequence(dimensions: number, seed: number | null): (index: number) => Float64Array {
  if (dimensions > mostSobolDimensions) throw new GraftError('invalid_input', `The Sobol sequence has at most ${mostSobolDimensions} dimensions here, and ${dimensions} were asked for.`, { hint: 'Search fewer parameters, or choose the method random.', field: 'method' })
  const random = seed === null ? null : createRandom(seed).fork('sobol')
  const columns = Array.from({ length: dimensions }, (_, dimension) => columnsOf(dimension))
  const scrambled = random === null ? columns : columns.map((column) => timesLowerTriangular(column, () => random.integer(2 ** bits)))
  const shifts = columns.map(() => (random === null ? 0 : random.integer(2 ** bits)))
  return (index) => {
    const gray = (index ^ (index >>> 1)) >>> 0
    return Float64Array.from(scrambled, (column, dimension) => {
      let value = shifts[dimension]!
      for (let bit = 0; bit < bits; bit += 1) if ((gray >>> bit) & 1) value ^= column[bit]!
      return (value >>> 0) / 2 ** bits
    })
  }
}

/** Direction numbers of one dimension as 32-bit words, the first with the highest bit. */
function columnsOf(dimension: number): Uint32Array {
  const columns = new Uint32Array(bits)
  if (dimension === 0) return columns.map((_, bit) => 2 ** (bits - 1 - bit))
  const [polynomial, ...initial] = directionNumbers[dimension - 1]!
  const degree = initial.length
  for (let bit = 0; bit < bits; bit += 1) {
    if (bit < degree) {
      columns[bit] = initial[bit]! * 2 ** (bits - 1 - bit)
      continue
    }
    let value = columns[bit - degree]! ^ (columns[bit - degree]! >>> degree)
    for (let term = 1; term < degree; term += 1) if ((polynomial! >>> (degree - term)) & 1) value ^= columns[bit - term]!
    columns[bit] = value >>> 0
  }
  return columns
}

/** Multiplies the bits of each word by one random matrix: the highest bit stays, each further one is mixed with those above it. */
function timesLowerTriangular(columns: Uint32Array, randomWord: () => number): Uint32Array {
  const rows = Array.from({ length: bits }, (_, row) => {
    const diagonal = 2 ** (bits - 1 - row)
    const above = row === 0 ? 0 : (0xffffffff << (bits - row)) >>> 0
    return ((randomWord() & above) | diagonal) >>> 0
  })
  return columns.map((word) => {
    let product = 0
    rows.forEach((row, index) => {
      if (parity((row & word) >>> 0) === 1) product |= 1 << (bits - 1 - index)
    })
    return product >>> 0
  })
}

function parity(word: number): number {
  let folded = word ^ (word >>> 16)
  folded ^= folded >>> 8
  folded ^= folded >>> 4
  return (0x6996 >>> (folded & 15)) & 1
}
