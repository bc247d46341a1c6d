import type { Configuration, SearchSpace } from '@graft/contracts/search-space'
import { sweepSearchSchema, type SearchMethod } from '@graft/contracts/sweep-search'
import { describe, expect, test } from 'vitest'
import { createSearch } from './create-search.ts'
import { configurationKey } from './space/configuration-key.ts'
import type { TrialRecord } from './trial-record.ts'

const methods: SearchMethod[] = ['random', 'sobol', 'tpe', 'gaussian-process', 'evolutionary']

const mixed: SearchSpace = {
  parameters: {
    rate: { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 },
    optimizer: { values: ['SGD', 'Adam', 'AdamW'] },
    momentum: { distribution: 'uniform', min: 0, max: 0.99, when: { parameter: 'optimizer', in: ['SGD'] } },
    units: { distribution: 'q_log_uniform_values', min: 32, max: 1024, q: 32 },
    batch: { values: [8, 16, 32, 64] },
    epochs: { distribution: 'int_uniform', min: 1, max: 5 },
    decay: { distribution: 'log_normal', mu: -8, sigma: 1 },
    dropout: { distribution: 'q_normal', mu: 0.4, sigma: 0.1, q: 0.05, min: 0, max: 0.9 },
  },
  constraints: ['units * batch <= 32768'],
}
const small: SearchSpace = { parameters: { a: { values: [1, 2, 3] }, b: { values: ['x', 'y'] }, c: { distribution: 'int_uniform', min: 0, max: 2, when: { parameter: 'b', in: ['y'] } } } }
const search = (method: SearchMethod, space: SearchSpace, seed = 3) => createSearch(sweepSearchSchema.parse({ space, method, seed }))

/** Some smooth accuracy of a configuration, with an end of each kind. */
function finish(index: number, configuration: Configuration): TrialRecord {
  const { rate = 0.01, units = 64, optimizer } = configuration as { rate?: number; units?: number; optimizer?: string }
  const value = 0.9 - 0.05 * Math.abs(Math.log10(rate) + 3) - 0.02 * Math.abs(Math.log2(units) - 7) - (optimizer === 'SGD' ? 0.1 : 0)
  if (index % 11 === 7) return { index, configuration, state: 'failed', value: null }
  if (index % 13 === 9) return { index, configuration, state: 'diverged', value: null }
  if (index % 5 === 4) return { index, configuration, state: 'pruned', value: value - 0.1, steps: [{ step: 1, value: value - 0.2 }, { step: 2, value: value - 0.1 }] }
  return { index, configuration, state: 'finished', value, steps: [{ step: 4, value }] }
}

async function run(method: SearchMethod, space: SearchSpace, trials: number, seed?: number): Promise<TrialRecord[]> {
  const proposer = search(method, space, seed)
  const history: TrialRecord[] = []
  while (history.length < trials) {
    const proposals = await proposer.propose(history, Math.min(4, trials - history.length))
    if (proposals.length === 0) break
    for (const configuration of proposals) history.push(finish(history.length, configuration))
  }
  return history
}

describe.each(methods)('%s', (method) => {
  test('keeps bounds, steps, conditions and constraints', async () => {
    const history = await run(method, mixed, 40)
    expect(history).toHaveLength(40)
    for (const { configuration } of history) {
      const { rate, optimizer, momentum, units, batch, epochs, decay, dropout } = configuration as Record<string, number> & { optimizer: string }
      expect([rate! >= 1e-5 && rate! <= 0.1, units! % 32, units! >= 32 && units! <= 1024, [8, 16, 32, 64].includes(batch!), Number.isInteger(epochs) && epochs! >= 1 && epochs! <= 5]).toEqual([true, 0, true, true, true])
      expect(momentum === undefined).toBe(optimizer !== 'SGD')
      expect(momentum === undefined || (momentum >= 0 && momentum <= 0.99)).toBe(true)
      expect(units! * batch!).toBeLessThanOrEqual(32768)
      expect([decay! >= Math.exp(-12) && decay! <= Math.exp(-4), dropout! >= 0 && dropout! <= 0.8, Math.abs(dropout! * 20 - Math.round(dropout! * 20)) < 1e-9]).toEqual([true, true, true])
    }
  })

  test('proposes the same for the same history, other things for another seed', async () => {
    const history = await run(method, mixed, 24)
    const again = await search(method, mixed).propose(history.toReversed(), 3)
    expect(await search(method, mixed).propose(history, 3)).toEqual(again)
    expect(await run(method, mixed, 24)).toEqual(history)
    expect(await search(method, mixed, 4).propose(history, 3)).not.toEqual(again)
  })

  test('proposes each configuration of a finite space once, then nothing', async () => {
    const proposer = search(method, small)
    expect(proposer.size).toBe(3 + 3 * 3)
    const history = await run(method, small, 100)
    expect(new Set(history.map((record) => configurationKey(record.configuration))).size).toBe(12)
    expect(history).toHaveLength(12)
    expect(await proposer.propose(history, 1)).toEqual([])
  })

  test('stops when the signal fires', async () => {
    const controller = new AbortController()
    const proposals = search(method, mixed).propose([], 1000, controller.signal)
    setTimeout(() => controller.abort(), 5)
    await expect(proposals).rejects.toMatchObject({ code: 'aborted' })
    await expect(search(method, mixed).propose([], 1, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
  })
})

test('a grid runs through every configuration in order and ends', async () => {
  const history = await run('grid', small, 100)
  expect(history.map(({ configuration }) => configuration).slice(0, 5)).toEqual([{ a: 1, b: 'x' }, { a: 1, b: 'y', c: 0 }, { a: 1, b: 'y', c: 1 }, { a: 1, b: 'y', c: 2 }, { a: 2, b: 'x' }])
  expect(history).toHaveLength(12)
})

test('a grid of a continuous parameter, and constraints that nothing meets, are refused by name', async () => {
  expect(() => search('grid', mixed)).toThrow('“rate” has endlessly many')
  expect(() => search('random', { ...small, constraints: ['a > 5'] })).toThrow('meets the constraints')
  await expect(search('random', { ...mixed, constraints: ['units > 5000'] }).propose([], 1)).rejects.toThrow('meets the constraints')
})

test('what a search of an edited space has no place for is left out', async () => {
  const history = await run('random', mixed, 10)
  expect(await search('random', small).propose(history, 2)).toHaveLength(2)
})
