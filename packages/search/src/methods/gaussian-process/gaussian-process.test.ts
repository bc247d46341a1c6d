import type { SearchSpace } from '@graft/contracts/search-space'
import { sweepSearchSchema } from '@graft/contracts/sweep-search'
import { createRandom } from '@graft/statistics/random'
import { expect, test } from 'vitest'
import { createSearch } from '../../create-search.ts'
import { compileSpace } from '../../space/compiled-space.ts'
import type { TrialRecord } from '../../trial-record.ts'
import { logExpectedImprovement } from './expected-improvement.ts'
import { fitKernel, matern, negativeLogPosterior } from './kernel-parameters.ts'
import { Posterior } from './posterior.ts'
import { pairDifferences } from './squared-differences.ts'
import golden from './golden/sklearn-process.json' with { type: 'json' }
import { fitLosses } from './fit-losses.ts'
import { straightShares, warp } from './standardize.ts'

const searchedSpace: SearchSpace = {
  parameters: {
    x: { distribution: 'uniform', min: 0, max: 1 },
    c: { values: ['a', 'b'] },
    y: { distribution: 'uniform', min: 0, max: 1, when: { parameter: 'c', in: ['a'] } },
  },
}
const space = compileSpace(searchedSpace)
const random = createRandom(4)
const points = Array.from({ length: 25 }, () => space.mask(space.fromCube([random.next(), random.next(), random.next()])))
const values = Float64Array.from(points, ([x, c, y]) => Math.sin(6 * x!) + c! + (Number.isNaN(y!) ? 0 : y!))
const mean = values.reduce((sum, value) => sum + value, 0) / values.length
const centered = values.map((value) => value - mean)
const parameters = { relevance: Float64Array.of(3, 0.5, 1), scale: 1.3, noise: 1e-4 }

test("mean, deviation and marginal likelihood are scikit-learn's", () => {
  const cube = compileSpace({ parameters: { x: { distribution: 'uniform', min: 0, max: 1 }, y: { distribution: 'uniform', min: 0, max: 1 } } })
  const places = golden.points.map((point) => Float64Array.from(point))
  const posterior = new Posterior(cube, places, golden.values, { relevance: Float64Array.from(golden.lengths, (length) => length ** -2), scale: golden.scale, noise: golden.noise })
  golden.queries.forEach((query, index) => {
    const prediction = posterior.predict(Float64Array.from(query))
    expect(prediction.mean).toBeCloseTo(golden.means[index]!, 8)
    expect(prediction.deviation).toBeCloseTo(golden.deviations[index]!, 6)
  })
  const logs = Float64Array.from([...golden.lengths.map((length) => -2 * Math.log(length)), Math.log(golden.scale), Math.log(golden.noise - 1e-6)])
  const relevance = golden.lengths.map((length) => length ** -2)
  const priors = relevance.reduce((sum, each) => sum + 0.1 / each + 0.1 * each, 0) + golden.scale - Math.log(golden.scale) + 30 * golden.noise - 0.1 * Math.log(golden.noise)
  const likelihood = -(negativeLogPosterior(logs, pairDifferences(cube, places), Float64Array.from(golden.values)).value - priors) - 0.5 * places.length * Math.log(2 * Math.PI)
  expect(likelihood).toBeCloseTo(golden.logMarginalLikelihood, 6)
})

test('slopes are those of finite differences: of the posterior of the kernel parameters, of mean and deviation, of the improvement', () => {
  const differences = pairDifferences(space, points)
  const logs = Float64Array.of(0.3, -0.5, 0.1, 0.2, -3)
  const { gradient } = negativeLogPosterior(logs, differences, centered)
  gradient.forEach((slope, index) => {
    const moved = (by: number): number => negativeLogPosterior(logs.map((log, at) => (at === index ? log + by : log)), differences, centered).value
    expect(slope).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 4)
  })

  const posterior = new Posterior(space, points, centered, parameters)
  const query = Float64Array.of(0.37, 0, 0.61)
  const { meanSlope, deviationSlope } = posterior.predictWithSlopes(query)
  for (const index of [0, 2]) {
    const moved = (by: number) => posterior.predict(query.map((place, at) => (at === index ? place + by : place)))
    expect(meanSlope[index]).toBeCloseTo((moved(1e-6).mean - moved(-1e-6).mean) / 2e-6, 4)
    expect(deviationSlope[index]).toBeCloseTo((moved(1e-6).deviation - moved(-1e-6).deviation) / 2e-6, 4)
  }

  for (const best of [1, -1, -8, -60]) {
    const { meanSlope: byMean, deviationSlope: byDeviation } = logExpectedImprovement(0.3, 0.7, best)
    expect(byMean).toBeCloseTo((logExpectedImprovement(0.300001, 0.7, best).value - logExpectedImprovement(0.299999, 0.7, best).value) / 2e-6, 3)
    expect(byDeviation / ((logExpectedImprovement(0.3, 0.700001, best).value - logExpectedImprovement(0.3, 0.699999, best).value) / 2e-6)).toBeCloseTo(1, 4)
  }
})

test('the improvement is the integral over the normal distribution, and goes on where it would be 0', () => {
  const [expectation, deviation, best] = [0.4, 0.5, 0.1]
  let integral = 0
  for (let z = -10; z < 10; z += 0.001) integral += Math.max(0, best - (expectation + deviation * z)) * Math.exp(-0.5 * z * z) * (0.001 / Math.sqrt(2 * Math.PI))
  expect(Math.exp(logExpectedImprovement(expectation, deviation, best).value)).toBeCloseTo(integral, 6)
  // log(phi(z) / z²) for large negative z.
  expect(logExpectedImprovement(0, 1, -1e5).value / (-0.5e10 - 0.5 * Math.log(2 * Math.PI) - 2 * Math.log(1e5))).toBeCloseTo(1, 10)
  expect(logExpectedImprovement(0, 1, -1.999_999).value).toBeCloseTo(logExpectedImprovement(0, 1, -2.000_001).value, 4)
})

test('the kernel fits: a parameter that does not matter gets little relevance', () => {
  const cube = compileSpace({ parameters: { x: { distribution: 'uniform', min: 0, max: 1 }, y: { distribution: 'uniform', min: 0, max: 1 } } })
  const places = Array.from({ length: 40 }, () => Float64Array.of(random.next(), random.next()))
  const { relevance, noise } = fitKernel(pairDifferences(cube, places), Float64Array.from(places, ([x]) => Math.sin(8 * x!)))
  expect(relevance[0]! / relevance[1]!).toBeGreaterThan(10)
  expect(noise).toBeLessThan(0.01)
  expect(matern(0)).toEqual({ value: 1, slope: -5 / 6 })
})

test('warped losses keep their order, draw in the tail, and take a diverged trial for the worst', () => {
  const losses = [0.5, 0.1, 0.2, 1e6, Number.POSITIVE_INFINITY, 0.3, 0.4]
  for (const share of straightShares) {
    const drawnIn = warp(losses, share).values
    expect(drawnIn[1]).toBe(Math.min(...drawnIn))
    expect(drawnIn[3]).toBe(drawnIn[4])
    expect([1, 2, 5, 6, 0, 3].map((index) => drawnIn[index]!)).toEqual([1, 2, 5, 6, 0, 3].map((index) => drawnIn[index]!).toSorted((a, b) => a - b))
  }
  // Without the logarithm 0.1 and 0.5 are a millionth of a deviation apart.
  expect(warp(losses, 0.1).values[0]! - warp(losses, 0.1).values[1]!).toBeGreaterThan(0.1)
  expect([...warp([2, 2, 2], 0.1).values]).toEqual([0, 0, 0])
})

test.each(straightShares.map((share) => [share]))('with the share %d the slope between two losses lies between the slopes at both (mean value theorem)', (share) => {
  const losses = [0.5, 0.1, 0.2, 3, 0.3, 0.4, 0.35]
  const { values: drawnIn, logSlopes } = warp(losses, share)
  const slope = (drawnIn[0]! - drawnIn[6]!) / 0.15
  expect(slope).toBeGreaterThan(Math.exp(Math.min(logSlopes[0]!, logSlopes[6]!)) - 1e-9)
  expect(slope).toBeLessThan(Math.exp(Math.max(logSlopes[0]!, logSlopes[6]!)) + 1e-9)
})

test('steep walls about a flat bottom are drawn in, a function as a process draws it is left as it is', () => {
  const places = Array.from({ length: 40 }, () => Float64Array.of(random.uniform(-1, 1), random.uniform(-1, 1)))
  const cube = compileSpace({ parameters: { x: { distribution: 'uniform', min: 0, max: 1 }, y: { distribution: 'uniform', min: 0, max: 1 } } })
  const differences = pairDifferences(cube, places)
  const all = places.map((_, index) => index)
  const valuesOf = (f: (x: number, y: number) => number) => {
    const losses = places.map(([x, y]) => f(x!, y!))
    return { losses, values: fitLosses(differences, losses, all).values }
  }
  const smooth = valuesOf((x, y) => Math.sin(3 * x) + Math.cos(2 * y))
  expect([...smooth.values]).toEqual([...warp(smooth.losses, Number.POSITIVE_INFINITY).values])
  const steep = valuesOf((x, y) => Math.exp(6 * (x * x + y * y)))
  expect([...steep.values]).not.toEqual([...warp(steep.losses, Number.POSITIVE_INFINITY).values])
})

test('the same seed and history give the same proposals, bit for bit, in whatever order the history comes; another seed others', async () => {
  const proposer = (seed: number) => createSearch(sweepSearchSchema.parse({ space: searchedSpace, method: 'gaussian-process', seed, objective: { metric: 'validation/loss' } }))
  const history: TrialRecord[] = (await proposer(1).propose([], 25)).map((configuration, index) => ({ index, configuration, state: 'finished', value: (Number(configuration.x) - 0.3) ** 2 + (configuration.c === 'a' ? 0.1 : 0) }))
  history[7] = { ...history[7]!, state: 'diverged', value: null }
  history[24] = { ...history[24]!, state: 'running', value: null }
  const first = await proposer(1).propose(history, 3)
  expect(JSON.stringify(await proposer(1).propose(structuredClone(history).toReversed(), 3))).toBe(JSON.stringify(first))
  // One at a time with the others as running: the same again.
  const [second] = await proposer(1).propose([...history, { index: 25, configuration: first[0]!, state: 'running', value: null }], 1)
  expect(second).toEqual(first[1])
  expect(await proposer(2).propose(history, 3)).not.toEqual(first)
})
