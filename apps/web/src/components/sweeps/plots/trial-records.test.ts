import type { SweepPoint } from '@graft/contracts/sweep-results'
import { parameterImportance } from '@graft/search/importance/parameter-importance'
import { expect, test } from 'vitest'
import { finishedRecords } from './trial-records.ts'

const trial = (part: Partial<SweepPoint>): SweepPoint => ({ trialId: 't', configuration: 0, dataset: 'birds', model: 'vgg16', seed: 0, state: 'finished', values: [], objective: 0.5, testAccuracy: null, seconds: null, epochs: 0, ...part })
const space = {
  parameters: {
    kind: { values: ['a', 'b', null] },
    rate: { distribution: 'uniform' as const, min: 0, max: 1 },
    extra: { distribution: 'uniform' as const, min: 0, max: 1, when: { parameter: 'kind', in: ['a'] } },
  },
}
const points = (trials: SweepPoint[]) => ({ parameters: Object.keys(space.parameters).map((name) => ({ name, scale: 'linear' as const, range: null, values: null })), objective: { metric: 'validation/accuracy', goal: 'maximize' as const }, trials })

test('finished trials with a value, without what is absent in them; null as a choice stays', () => {
  const records = finishedRecords(points([trial({ values: ['a', 0.1, 0.2] }), trial({ values: [null, 0.3, null] }), trial({ values: ['b', 0.3, null], state: 'failed' }), trial({ values: ['b', 0.3, null], objective: null })]), space)
  expect(records.map(({ configuration }) => configuration)).toEqual([{ kind: 'a', rate: 0.1, extra: 0.2 }, { kind: null, rate: 0.3 }])
})

test('the parameter that the objective follows is the important one', async () => {
  const trials = Array.from({ length: 60 }, (_, index) => trial({ values: [index % 2 === 0 ? 'b' : null, (index * 0.618) % 1, null], objective: ((index * 0.618) % 1) * 0.5 }))
  const [first] = await parameterImportance(space, finishedRecords(points(trials), space))
  expect(first).toMatchObject({ name: 'rate' })
  expect(first!.importance).toBeGreaterThan(0.8)
})
