import { expect, test } from 'vitest'
import { labelsOfWorker, labelsSchema, requirementsSchema, unmetRequirements } from './requirements.ts'

const gibibyte = 2 ** 30
const worker = { labels: labelsOfWorker('cuda:1', { gpu: 'L4', room: 'basement' }), memoryBytes: 24 * gibibyte }

test('a worker’s labels say what it computes on, unless they were given otherwise', () => {
  expect(worker.labels).toEqual({ device: 'cuda', gpu: 'L4', room: 'basement' })
  expect(labelsOfWorker('cpu', { device: 'other' })).toEqual({ device: 'other' })
})

test.each<[string, object, string[]]>([
  ['nothing is wanted', {}, []],
  ['labels that are there', { labels: { device: 'cuda', room: 'basement' } }, []],
  ['another value', { labels: { gpu: 'A100' } }, ['gpu=A100']],
  ['a label that is not there', { labels: { disk: 'fast', device: 'cpu' } }, ['disk=fast', 'device=cpu']],
  ['as much memory as there is', { memoryBytes: 24 * gibibyte }, []],
  ['more memory', { memoryBytes: 40 * gibibyte }, ['40.0 GiB of memory']],
])('%s', (_name, wanted, lacking) => {
  expect(unmetRequirements(worker, requirementsSchema.parse(wanted))).toEqual(lacking)
})

test('a worker that does not know its memory is given nothing that wants some', () => {
  expect(unmetRequirements({ labels: {}, memoryBytes: null }, requirementsSchema.parse({ memoryBytes: 1 }))).toHaveLength(1)
})

test('names of labels are words', () => {
  expect(labelsSchema.safeParse({ 'two words': 'x' }).success).toBe(false)
  expect(labelsSchema.safeParse({ 'team/room.1': 'x' }).success).toBe(true)
})
