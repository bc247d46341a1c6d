import type { Extraction } from '@graft/contracts/extraction'
import { workerProtocolVersion } from '@graft/contracts/worker-protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { capacity, claimNow, environment, importDataset, makeManifest, makeTrialResult, registerWorker, sweepOf, syncModels } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let own: string
const manifest = makeManifest(10)
beforeAll(async () => {
  server = await createTestServer()
  await syncModels(server)
  own = await registerWorker(server, 'own')
  await importDataset(server, own, 'birds', manifest)
})
afterAll(() => server.close())

let seed = 0
let reference: { jobId: string; attempt: number; workerId: string }
let trialId: string
beforeEach(async () => {
  await server.user.sweep.create(sweepOf(['birds'], ['mobilenet-v2'], [++seed]))
  const { jobId, attempt, payload } = await claimNow(server, own, ['trial'])
  reference = { jobId, attempt, workerId: own }
  trialId = (payload as { trialId: string }).trialId
})

const extraction: Extraction = { space: 'a'.repeat(64), layer: 'out_relu', pooling: 'average', splits: ['train', 'validation', 'test'], shards: 8 }
const invite = (shardsLeft: number, change: Partial<Extraction> = {}) => server.worker.worker.invite({ ...reference, extraction: { ...extraction, ...change }, shardsLeft })
const helpers = (state: 'queued' | 'running' | 'cancelled' | 'finished') => server.server.db.job.count({ where: { kind: 'extraction', subjectId: trialId, state } })
const idleWorker = async (name: string, slots = 1, labels = {}) => (await server.worker.worker.register({ ...capacity, slots, labels, name, protocolVersion: workerProtocolVersion, environment })).workerId
const finish = () => server.worker.worker.finish({ ...reference, result: makeTrialResult(manifest, () => true) })

test('as many are invited as are idle, and as there are shards; none twice; what waits goes with the trial', async () => {
  await invite(8)
  expect(await helpers('queued')).toBe(0) // nobody is idle
  const helper = await idleWorker('helper', 2)
  await idleWorker('tensorflow', 1, { device: 'tensorflow' }) // other bits
  await invite(2)
  expect(await helpers('queued')).toBe(1)
  await invite(8)
  await invite(8)
  expect(await helpers('queued')).toBe(2)
  const job = await claimNow(server, helper, ['trial', 'extraction'])
  expect(job.payload).toMatchObject({ kind: 'extraction', trialId, extraction, model: { id: 'mobilenet-v2' }, datasetName: 'birds' })
  // A trial goes first.
  await server.user.sweep.create(sweepOf(['birds'], ['three-layer-convnet'], [1]))
  const next = await claimNow(server, helper, ['trial', 'extraction'])
  expect(next.payload.kind).toBe('trial')
  await server.user.trial.cancel({ id: (next.payload as { trialId: string }).trialId })
  // Its turn is over, shards are left.
  await server.worker.worker.finish({ jobId: job.jobId, attempt: job.attempt, workerId: helper, result: { kind: 'extraction', images: 20, isOver: false } })
  expect([await helpers('finished'), await helpers('queued')]).toEqual([1, 2])
  const again = await claimNow(server, helper, ['extraction'])
  await server.worker.worker.finish({ jobId: again.jobId, attempt: again.attempt, workerId: helper, result: { kind: 'extraction', images: 0, isOver: true } })
  expect([await helpers('finished'), await helpers('queued')]).toEqual([2, 1])
  await finish()
  expect(await helpers('queued')).toBe(0)
})

test('what waits for an extraction that is over, or for one before, is taken back', async () => {
  await invite(8)
  expect(await helpers('queued')).toBe(2)
  await invite(8, { space: 'b'.repeat(64) })
  expect([await helpers('queued'), await helpers('cancelled')]).toEqual([2, 2])
  await invite(0, { space: 'b'.repeat(64) })
  expect(await helpers('queued')).toBe(0)
  await finish()
})

test('with its trial a running helper is cancelled, and told so; a stale attempt invites nobody', async () => {
  const helper = await idleWorker('helper', 2)
  await invite(8)
  const job = await claimNow(server, helper, ['extraction'])
  await server.user.trial.cancel({ id: trialId })
  const help = { jobId: job.jobId, attempt: job.attempt, workerId: helper }
  expect(await server.worker.worker.renew({ ...help, progress: { stage: 'features', fraction: null, message: '' } })).toEqual({ order: 'cancel' })
  expect([await helpers('queued'), await helpers('running')]).toEqual([0, 0])
  await expect(invite(8)).rejects.toMatchObject({ cause: { code: 'stale_attempt' } })
})
