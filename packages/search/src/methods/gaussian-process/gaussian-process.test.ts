import { createRandom } from '@graft/statistics/random'
import { expect, test } from 'vitest'
import { compileSpace } from '../../space/compiled-space.ts'
import { logExpectedImprovement } from './expected-improvement.ts'
import { fitKernel, matern, negativeLogPosterior } from './kernel-parameters.ts'
import { Posterior } from './posterior.ts'
import { pairDifferences } from './squared-differences.ts'
import golden from './golden/sklearn-process.json' with { type: 'json' }
import { warped } from './standardize.ts'

const space = compileSpace({
  parameters: {
    x: { distribution: 'uniform', min: 0, max: 1 },
    c: { values: ['a', 'b'] },
    y: { distribution: 'uniform', min: 0, max: 1, when: { parameter: 'c', in: ['a'] } },
  },
})
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
  const drawnIn = warped(losses)
  expect(drawnIn[1]).toBe(Math.min(...drawnIn))
  expect(drawnIn[3]).toBe(drawnIn[4])
  expect([1, 2, 5, 6, 0, 3].map((index) => drawnIn[index]!)).toEqual([1, 2, 5, 6, 0, 3].map((index) => drawnIn[index]!).toSorted((a, b) => a - b))
  // Without the logarithm 0.1 and 0.5 would be a millionth of a deviation apart.
  expect(drawnIn[0]! - drawnIn[1]!).toBeGreaterThan(0.1)
  expect([...warped([2, 2, 2])]).toEqual([0, 0, 0])
})
