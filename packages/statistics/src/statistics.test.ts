import { expect, test } from 'vitest'
import { intervalOverSeedsAndImages } from './accuracy-interval.ts'
import { confusionMatrix } from './confusion-matrix.ts'
import { meanSquares } from './crossed-variance.ts'
import { pairedComparison } from './paired-comparison.ts'
import { studentQuantile95 } from './quantiles.ts'
import { wilsonInterval } from './wilson-interval.ts'

/** A seeded generator for simulations (mulberry32). */
function createGenerator(seed: number) {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
  return { next, normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()) }
}

const row = (right: number, wrong: number): boolean[] => [...Array<boolean>(right).fill(true), ...Array<boolean>(wrong).fill(false)]

/** Answers of `seeds` models on `images` images: right where skill, image, seed and chance add up to more than 0 (a probit model). */
function simulate(random: ReturnType<typeof createGenerator>, seeds: number, imageEffects: readonly number[], skill: number, seedDeviation: number): boolean[][] {
  return Array.from({ length: seeds }, () => {
    const seedEffect = random.normal() * seedDeviation
    return imageEffects.map((effect) => skill + effect + seedEffect + random.normal() > 0)
  })
}

/** P(standard normal < x), Abramowitz and Stegun 26.2.17. */
function normalProbability(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail = 0.3989423 * Math.exp((-x * x) / 2) * t * (0.3193815 + t * (-0.3565638 + t * (1.781478 + t * (-1.821256 + t * 1.330274))))
  return x > 0 ? 1 - tail : tail
}

test('Wilson: published values, and ends at 0 and 1', () => {
  // Newcombe (1998), Statistics in Medicine 17:857-872, table I: 81/263, 15/148, 0/20, 1/29.
  for (const [correct, n, low, high] of [[81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718]] as const) {
    const [from, to] = wilsonInterval(correct, n)
    expect(from).toBeCloseTo(low, 4)
    expect(to).toBeCloseTo(high, 4)
  }
  expect(wilsonInterval(20, 20)[1]).toBe(1)
  expect(wilsonInterval(0, 0)).toEqual([0, 1])
})

test("Student's quantile: table values", () => {
  for (const [df, value] of [[1, 12.7062], [2, 4.3027], [3, 3.1824], [4, 2.7764], [10, 2.2281], [30, 2.0423]] as const) expect(studentQuantile95(df)).toBeCloseTo(value, 3)
  expect(studentQuantile95(Number.POSITIVE_INFINITY)).toBeCloseTo(1.95996, 5)
})

test('mean squares of a table worked out by hand', () => {
  // Rows 1110, 1100: mean 5/8; seed means 3/4, 1/2; image means 1, 1, 1/2, 0.
  const table = meanSquares([row(3, 1), row(2, 2)])
  expect(table.mean).toBeCloseTo(5 / 8)
  expect(table.seedSquare).toBeCloseTo(4 * (2 * (1 / 8) ** 2)) // SS 1/8 with 1 degree of freedom
  expect(table.imageSquare).toBeCloseTo((2 * (2 * (3 / 8) ** 2 + (1 / 8) ** 2 + (5 / 8) ** 2)) / 3)
  expect(table.residualSquare).toBeCloseTo((8 * (5 / 8) * (3 / 8) - 1 / 8 - 1.375) / 3)
})

test('one seed: Wilson over the images', () => {
  expect(intervalOverSeedsAndImages([row(24, 5)]).accuracy).toBeCloseTo(24 / 29, 12)
  const [low, high] = intervalOverSeedsAndImages([row(24, 5)]).interval
  const [wilsonLow, wilsonHigh] = wilsonInterval(24, 29)
  expect(low).toBeCloseTo(wilsonLow, 12)
  expect(high).toBeCloseTo(wilsonHigh, 12)
})

test('seeds that agree in everything tell no more than one of them', () => {
  const same = intervalOverSeedsAndImages([row(24, 5), row(24, 5), row(24, 5)]).interval
  const [low, high] = wilsonInterval(24, 29)
  expect(same[0]).toBeCloseTo(low, 1)
  expect(same[0]).toBeLessThanOrEqual(low + 0.005)
  expect(same[1]).toBeGreaterThanOrEqual(high - 0.005)
})

test('100% of 15 images by 5 seeds is 15 right answers, not 75', () => {
  const all = intervalOverSeedsAndImages(Array.from({ length: 5 }, () => row(15, 0)))
  expect(all.accuracy).toBe(1)
  expect(all.interval[0]).toBeCloseTo(wilsonInterval(15, 15)[0], 12)
  expect(all.interval[1]).toBe(1)
  const almost = intervalOverSeedsAndImages([row(14, 1), ...Array.from({ length: 4 }, () => row(15, 0))])
  expect(almost.interval[0]).toBeGreaterThan(all.interval[0] - 0.06) // no jump between the two
  expect(almost.interval[0]).toBeLessThan(almost.accuracy)
})

test('two seeds that differ do not allow any accuracy whatever', () => {
  const { accuracy, interval } = intervalOverSeedsAndImages([row(12, 3), row(15, 0)])
  expect(accuracy).toBe(0.9)
  expect(interval[0]).toBeGreaterThan(0.45)
})

test('an empty or ragged table is refused', () => {
  expect(() => intervalOverSeedsAndImages([])).toThrow(RangeError)
  expect(() => intervalOverSeedsAndImages([row(3, 0), row(2, 0)])).toThrow('same images')
})

test.each([
  { skill: 0.8, images: 1.5, seeds: 0.1, s: 3, n: 29 },
  { skill: 1.5, images: 1.5, seeds: 0.15, s: 5, n: 71 },
  { skill: 0, images: 1, seeds: 0.3, s: 5, n: 71 },
  { skill: 3, images: 1.5, seeds: 0.2, s: 5, n: 15 },
  { skill: 0.8, images: 1.5, seeds: 0, s: 1, n: 29 },
  { skill: 1.5, images: 1.5, seeds: 0.15, s: 2, n: 15 },
  { skill: 0.8, images: 1.5, seeds: 0.2, s: 2, n: 71 },
])('holds the truth about 95% of the time: $s seeds, $n images, skill $skill', ({ skill, images, seeds, s, n }) => {
  const random = createGenerator(7)
  const truth = normalProbability(skill / Math.sqrt(1 + images ** 2 + seeds ** 2))
  const rounds = 2000
  let hits = 0
  for (let round = 0; round < rounds; round += 1) {
    const imageEffects = Array.from({ length: n }, () => random.normal() * images)
    const [low, high] = intervalOverSeedsAndImages(simulate(random, s, imageEffects, skill, seeds)).interval
    if (low <= truth && truth <= high) hits += 1
  }
  expect(hits / rounds).toBeGreaterThan(0.935)
})

test('two equal models differ about 5% of the time, two unequal ones most of the time', () => {
  const random = createGenerator(11)
  const rounds = 1000
  const share = (skill: number): number => {
    let apart = 0
    for (let round = 0; round < rounds; round += 1) {
      const imageEffects = Array.from({ length: 71 }, () => random.normal() * 1.5)
      if (!pairedComparison(simulate(random, 3, imageEffects, 1, 0.15), simulate(random, 3, imageEffects, skill, 0.15)).tied) apart += 1
    }
    return apart / rounds
  }
  expect(share(1)).toBeLessThan(0.065)
  expect(share(0)).toBeGreaterThan(0.9)
})

test("few images: 4 wins to 0 of 15 is a tie, 8 to 0 is not (McNemar's exact test: p = 0.125 and 0.008)", () => {
  expect(pairedComparison([row(15, 0)], [row(11, 4)])).toMatchObject({ tied: true })
  expect(pairedComparison([row(15, 0)], [row(7, 8)])).toMatchObject({ tied: false })
  expect(pairedComparison([row(15, 0)], [row(15, 0)])).toMatchObject({ difference: 0, tied: true })
})

test('pairing sees what two separate intervals cannot', () => {
  const better = [row(60, 11)]
  const worse = [row(50, 21)]
  expect(pairedComparison(better, worse).tied).toBe(false) // wrong on all that the better one is wrong on, and on 10 more
  expect(intervalOverSeedsAndImages(worse).interval[1]).toBeGreaterThan(intervalOverSeedsAndImages(better).interval[0])
})

test('confusion matrix: rows are the truth', () => {
  const pairs = [{ label: 0, predicted: 0 }, { label: 0, predicted: 2, count: 3 }, { label: 2, predicted: 2 }]
  expect(confusionMatrix(3, pairs)).toEqual([[1, 0, 3], [0, 0, 0], [0, 0, 1]])
  expect(() => confusionMatrix(2, [{ label: 0, predicted: 2 }])).toThrow(RangeError)
})
