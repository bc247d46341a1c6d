import { createTestDatabase, type TestDatabase } from '@graft/db/test-database'
import type { Transaction } from '@graft/db/client'
import { inPrisma } from '@graft/db/in-prisma'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '../testing/queue-fixtures.ts'
import { ensureDataset } from './record-import.ts'
import { recordWeights } from './record-weights.ts'

// Workers that finish in the same moment record the same rows: none of them may fail for it.
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.close())

/** The same change by two transactions: the second begins when the first has made it and has not committed. */
async function twiceAtOnce<T>(change: (tx: Transaction) => Promise<T>): Promise<[T, T]> {
  let second: Promise<T>
  const first = await database.db.$transaction(async (tx) => {
    const made = await change(tx)
    second = database.db.$transaction(change)
    second.catch(() => {}) // looked at below
    await new Promise((resolve) => setTimeout(resolve, 300))
    return made
  })
  return [first, await second!]
}

test('two trials that obtained the same weights finish in the same moment', async () => {
  const weights = { sha256, format: 'keras-h5' as const, bytes: 1, includeTop: false, source: 'a test', licence: 'Apache-2.0', trainedOn: 'ImageNet' }
  await twiceAtOnce((tx) => recordWeights(inPrisma(tx), 'mobilenet-v2', weights))
  expect(await database.db.weights.findMany({ select: { sha256: true, source: true } })).toEqual([{ sha256, source: 'a test' }])
})

test('two imports under one new name end in the same moment', async () => {
  const { id: projectId } = await database.db.project.findFirstOrThrow()
  const [first, second] = await twiceAtOnce((tx) => ensureDataset(tx, { projectId, name: 'birds' }))
  expect(second).toBe(first)
})
