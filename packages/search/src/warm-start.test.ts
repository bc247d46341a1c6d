import { sweepSearchSchema, type SearchMethod } from '@graft/contracts/sweep-search'
import { searchSpaceSchema, type Configuration, type SearchSpace } from '@graft/contracts/search-space'
import { describe, expect, test } from 'vitest'
import { createSearch } from './create-search.ts'
import type { EarlierResults, TrialRecord } from './trial-record.ts'

const space: SearchSpace = searchSpaceSchema.parse({
  parameters: {
    rate: { distribution: 'log_uniform_values', min: 1e-5, max: 1 },
    units: { distribution: 'q_log_uniform_values', min: 16, max: 1024, q: 16 },
    optimizer: { values: ['SGD', 'Adam', 'RMSprop', 'AdamW'] },
    momentum: { distribution: 'uniform', min: 0, max: 0.99, when: { parameter: 'optimizer', in: ['SGD'] } },
  },
})

/** A loss whose optimum lies at `shift` decades from the usual one: another dataset's. */
function loss(configuration: Configuration, shift: number): number {
  const { rate, units, optimizer, momentum } = configuration as { rate: number; units: number; optimizer: string; momentum?: number }
  return 0.1 * (Math.log10(rate) + 3 - shift) ** 2 + 0.02 * (Math.log2(units) - 7 - shift) ** 2 + (optimizer === 'Adam' ? 0 : 0.1) + (momentum === undefined ? 0 : 0.1 * (0.9 - momentum) ** 2)
}

async function run(method: SearchMethod, seed: number, trials: number, warmStart: EarlierResults[]): Promise<TrialRecord[]> {
  const search = createSearch(sweepSearchSchema.parse({ space, method, seed, objective: { metric: 'validation/loss' } }), { warmStart })
  const history: TrialRecord[] = []
  while (history.length < trials) {
    const [configuration] = await search.propose(history, 1)
    history.push({ index: history.length, configuration: configuration!, state: 'finished', value: loss(configuration!, 0) })
  }
  return history
}

const bestOf = (history: readonly TrialRecord[]): number => Math.min(...history.map(({ value }) => value!))
const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

/** 60 random trials of another dataset: values on another scale, its optimum at `shift`. */
async function earlier(shift: number, value: (loss: number) => number = (each) => 100 + 30 * each): Promise<EarlierResults[]> {
  const search = createSearch(sweepSearchSchema.parse({ space, method: 'random', seed: 99 }))
  const configurations = await search.propose([], 60)
  return [{ group: 'other', trials: configurations.map((configuration) => ({ configuration, state: 'finished', value: value(loss(configuration, shift)) })) }]
}

const medianBest = async (method: SearchMethod, seeds: number, trials: number, warmStart: EarlierResults[]): Promise<number> =>
  medianOf(await Promise.all(Array.from({ length: seeds }, async (_, seed) => bestOf(await run(method, seed, trials, warmStart)))))

describe.each<[SearchMethod, number]>([['tpe', 5], ['gaussian-process', 3], ['evolutionary', 5]])('%s with results of an earlier sweep', (method, seeds) => {
  test('of a similar dataset: better after eight trials than without', async () => {
    expect(await medianBest(method, seeds, 8, await earlier(0.2))).toBeLessThan(await medianBest(method, seeds, 8, []))
  })

  test('of the opposite of this one: after 20 trials it is forgotten', { timeout: 240_000 }, async () => {
    // Without earlier results, 20 random trials come to about 0.2.
    expect(await medianBest(method, seeds, 20, await earlier(0, (each) => -each))).toBeLessThan(0.2)
  })
})

test('earlier configurations that lack a parameter or have others are tried with what they share', async () => {
  const trials: EarlierResults['trials'] = [{ configuration: { rate: 0.5, batch: 7 }, state: 'finished', value: 1 }, { configuration: { batch: 3 }, state: 'finished', value: 0 }]
  const [first] = await run('tpe', 0, 1, [{ group: 'a', trials }])
  expect(first!.configuration.rate).toBe(0.5)
  expect(first!.configuration).not.toHaveProperty('batch')
})

test('the best of each group are tried first, whatever the scale of its values', async () => {
  const of = (group: string, rates: number[], scale: number): EarlierResults => ({ group, trials: rates.map((rate, index) => ({ configuration: { rate, units: 64, optimizer: 'Adam' }, state: 'finished', value: scale * index })) })
  const history = await run('gaussian-process', 0, 2, [of('a', [0.001, 0.1, 0.2], 1), of('b', [0.02, 0.3, 0.4], 1000)])
  expect(history.map(({ configuration }) => configuration.rate)).toEqual([0.001, 0.02])
})
