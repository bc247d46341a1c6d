import { searchSpaceSchema, type SearchSpace } from '@graft/contracts/search-space'
import { normalProbability } from '@graft/statistics/normal-distribution'
import { createRandom } from '@graft/statistics/random'
import { describe, expect, test } from 'vitest'
import { compileSpace } from './compiled-space.ts'
import { configurationKey } from './configuration-key.ts'
import { finiteConfigurations } from './finite-configurations.ts'

/** A space of everything there is, with two layers of conditions and a constraint. */
const everything: SearchSpace = searchSpaceSchema.parse({
  parameters: {
    'phases.0.optimizer.learningRate': { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 },
    'head.dense.0.dropout': { distribution: 'q_uniform', min: 0, max: 0.5, q: 0.1, when: { parameter: 'head.dense.0.units', in: [64, 256] } },
    'head.dense.0.units': { values: [64, 256, 1024], when: { parameter: 'head.dense', in: ['one'] } },
    'head.dense': { values: ['none', 'one'], probabilities: [0.25, 0.75] },
    'phases.0.batchSize': { distribution: 'q_log_uniform_values', min: 8, max: 128, q: 8 },
    'phases.0.epochs': { distribution: 'int_uniform', min: 3, max: 9 },
    'augmentation.rotation': { distribution: 'uniform', min: -20, max: 20 },
    model: { value: 'vgg16' },
  },
  constraints: ['head.dense.0.units * phases.0.batchSize <= 65536'],
})

describe('a space with conditions, steps and constraints', () => {
  const space = compileSpace(everything)
  const random = createRandom(1)
  const samples = Array.from({ length: 2000 }, () => space.sample(random))

  test('draws stay within bounds, on steps, in conditions and constraints', () => {
    for (const configuration of samples) {
      const { 'phases.0.batchSize': batch, 'phases.0.epochs': epochs, 'head.dense.0.units': units, 'head.dense.0.dropout': dropout } = configuration as Record<string, number>
      expect(configuration['phases.0.optimizer.learningRate']).toBeGreaterThanOrEqual(1e-5)
      expect(configuration['phases.0.optimizer.learningRate']).toBeLessThanOrEqual(0.1)
      expect([batch! % 8, batch! >= 8, batch! <= 128]).toEqual([0, true, true])
      expect([Number.isInteger(epochs), epochs! >= 3, epochs! <= 9]).toEqual([true, true, true])
      expect(units === undefined).toBe(configuration['head.dense'] === 'none')
      expect(dropout === undefined).toBe(units === undefined || units === 1024)
      expect([undefined, 0, 0.1, 0.2, 0.3, 0.4, 0.5]).toContain(dropout)
      expect((units ?? 0) * batch!).toBeLessThanOrEqual(65536)
      expect(configuration.model).toBe('vgg16')
    }
  })

  test('draws follow the distributions', () => {
    const share = (of: (configuration: Record<string, number | string>) => boolean): number => samples.filter((configuration) => of(configuration as Record<string, number>)).length / samples.length
    expect(share((each) => each['head.dense'] === 'none')).toBeCloseTo(0.25, 1)
    expect(share((each) => Number(each['phases.0.optimizer.learningRate']) < 1e-3)).toBeCloseTo(0.5, 1)
    expect(share((each) => Number(each['phases.0.epochs']) === 3)).toBeCloseTo(1 / 7, 1)
    // Of log-uniform multiples of 8, the first fills log(1.5 / 0.5) of log(16.5 / 0.5).
    expect(share((each) => Number(each['phases.0.batchSize']) === 8)).toBeCloseTo(Math.log(3) / Math.log(33), 1)
  })

  test('a configuration survives the way to its place and back', () => {
    for (const configuration of samples.slice(0, 200)) {
      const back = space.decode(space.encode(configuration)!)
      const rate = 'phases.0.optimizer.learningRate'
      expect(configurationKey({ ...back, [rate]: 0, 'augmentation.rotation': 0 })).toBe(configurationKey({ ...configuration, [rate]: 0, 'augmentation.rotation': 0 }))
      expect(Math.abs((back[rate] as number) / (configuration[rate] as number) - 1)).toBeLessThan(1e-9)
    }
  })

  test('configurations of another space have no place', () => {
    const { model: _, ...withoutModel } = samples[0]!
    expect(space.encode(withoutModel)).toBeNull()
    expect(space.encode({ ...samples[0]!, 'phases.0.batchSize': 12 })).toBeNull()
    expect(space.encode({ ...samples[0]!, model: 'resnet50' })).toBeNull()
    expect(space.encodeWhatFits({ ...samples[0]!, model: 'resnet50' })[space.names.indexOf('model')]).toBeNaN()
  })
})

test('normal distributions are drawn as such, within four deviations and their own ends', () => {
  const space = compileSpace(searchSpaceSchema.parse({
    parameters: {
      plain: { distribution: 'normal', mu: 2, sigma: 0.5 },
      log: { distribution: 'log_normal', mu: -7, sigma: 1 },
      cut: { distribution: 'normal', mu: 0.3, sigma: 0.2, min: 0, max: 0.5 },
      stepped: { distribution: 'q_normal', mu: 0.4, sigma: 0.1, q: 0.1, min: 0 },
      units: { distribution: 'q_log_normal', mu: 5, sigma: 0.5, q: 16 },
    },
  }))
  const random = createRandom(5)
  const samples = Array.from({ length: 4000 }, () => space.sample(random) as Record<string, number>)
  const share = (of: (each: Record<string, number>) => boolean): number => samples.filter(of).length / samples.length
  // Four standard errors of a share are 0.03 at most.
  const isNear = (found: number, expected: number): void => expect(Math.abs(found - expected)).toBeLessThan(0.03)
  isNear(share(({ plain }) => plain! < 2.5), normalProbability(1))
  isNear(share(({ log }) => log! < Math.exp(-8)), normalProbability(-1))
  isNear(share(({ cut }) => cut! < 0.3), (0.5 - normalProbability(-1.5)) / (normalProbability(1) - normalProbability(-1.5)))
  isNear(share(({ stepped }) => stepped === 0.4), 2 * normalProbability(0.5) - 1)
  isNear(share(({ units }) => units! <= 144), normalProbability((Math.log(152) - 5) / 0.5))
  for (const configuration of samples) {
    expect([configuration.plain! >= 0 && configuration.plain! <= 4, configuration.cut! >= 0 && configuration.cut! <= 0.5, configuration.units! % 16, configuration.units! > 0]).toEqual([true, true, 0, true])
    const back = space.decode(space.encode(configuration)!) as Record<string, number>
    expect([back.stepped, back.units]).toEqual([configuration.stepped, configuration.units])
    expect(Math.abs(back.log! / configuration.log! - 1)).toBeLessThan(1e-9)
    expect(back.plain).toBeCloseTo(configuration.plain!, 9)
  }
  const steps = compileSpace({ parameters: { a: { distribution: 'q_normal', mu: 0, sigma: 1, q: 1 } } })
  expect(finiteConfigurations(steps).remaining(new Set(), 99).map(({ a }) => a)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4])
})

test.each<[string, object, RegExp]>([
  ['no deviation', { distribution: 'normal', mu: 0, sigma: 0 }, /./],
  ['nothing between its ends', { distribution: 'normal', mu: 0, sigma: 1, min: 5 }, /Nothing of it lies between 5/],
  ['ends the wrong way round', { distribution: 'q_normal', mu: 0, sigma: 1, q: 1, min: 2, max: 1 }, /above the largest/],
  ['a logarithm of 0', { distribution: 'log_normal', mu: 0, sigma: 1, min: 0 }, /above 0/],
  ['mu that is no logarithm', { distribution: 'log_normal', mu: 1024, sigma: 200 }, /natural logarithm/],
])('a normal distribution with %s is refused', (_, parameter, message) => {
  const parsed = searchSpaceSchema.safeParse({ parameters: { a: parameter } })
  expect(parsed.success).toBe(false)
  expect(parsed.error!.issues[0]!.message).toMatch(message)
})

test('every configuration of a finite space once, conditions and constraints kept', () => {
  const space = compileSpace({
    parameters: { a: { values: [1, 1, 2] }, b: { values: ['x', 'y', 'z'], when: { parameter: 'a', in: [1] } }, c: { distribution: 'q_uniform', min: 0, max: 0.3, q: 0.1 } },
    constraints: ['a * c < 0.5'],
  })
  const finite = finiteConfigurations(space)
  expect(space.unconstrainedCount()).toBe(2 * 3 * 4 + 4)
  expect(finite.count(1000)).toBe(3 * 4 + 3)
  expect(finite.count(10)).toBeNull()
  const all = finite.remaining(new Set(), 1000)
  expect(new Set(all.map(configurationKey)).size).toBe(15)
  expect(all[0]).toEqual({ a: 1, b: 'x', c: 0 })
  expect(all.map(({ c }) => c)).toContain(0.3)
  expect(finite.remaining(new Set(all.slice(1).map(configurationKey)), 5)).toEqual([all[0]])
})

test('a large space that nothing fits is given up, not gone through', () => {
  const parameters = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { distribution: 'int_uniform' as const, min: 1, max: 100 }]))
  const space = compileSpace({ parameters, constraints: ['a > 1000'] })
  expect(space.unconstrainedCount()).toBe(1e8)
  expect(() => finiteConfigurations(space).remaining(new Set(), 1)).toThrow('meets the constraints')
  expect(compileSpace({ parameters: { ...parameters, e: { distribution: 'uniform', min: 0, max: 1 } } }).unconstrainedCount()).toBe(Number.POSITIVE_INFINITY)
})

test('numbers in order are steps of a scale, others are choices', () => {
  const kindOf = (values: number[]): string => compileSpace({ parameters: { a: { values } } }).dimensions[0]!.kind
  expect([kindOf([1, 2, 4]), kindOf([0.1, 0.01, 0.001]), kindOf([3, 1, 2]), kindOf([0, 1])]).toEqual(['number', 'number', 'choice', 'choice'])
})

test.each<[string, SearchSpace, string]>([
  ['no parameters', { parameters: {} }, 'no parameters'],
  ['no multiple in the range', { parameters: { a: { distribution: 'q_uniform', min: 0.1, max: 0.4, q: 0.5 } } }, 'No multiple of 0.5'],
  ['no probability', { parameters: { a: { values: [1, 2], probabilities: [0, 0] } } }, 'probabilities'],
])('%s: refused by name', (_, space, message) => {
  expect(() => compileSpace(space)).toThrow(message)
})
