import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leaseSeconds } from '../../packages/contracts/src/worker-protocol.ts'
import { startFaultRig, type FaultRig, type TrialOutcome } from './fault-rig.ts'

const epochs = 24
const seed = 3

let rig: FaultRig
let control: TrialOutcome

beforeAll(async () => {
  rig = await startFaultRig()
  control = await rig.undisturbed(seed, epochs)
})
afterAll(() => rig.close())

test('Postgres is killed and restarted in mid-trial: the trial goes on, and its results are the undisturbed ones', async () => {
  const worker = rig.startWorker('steady')
  const { id, sweepId } = await rig.launch(seed, epochs)
  await rig.underWay(id, 5)
  await rig.server.restartPostgres('immediate', 500)
  await rig.untilOver(id)
  expect(await rig.attemptsOf(id)).toEqual(['1 finished steady'])
  expect(await rig.outcome(id)).toEqual(control)
  await worker.end('SIGTERM')
  await rig.forget(sweepId)
})

test('Postgres is away for longer than a lease: nothing is lost, and one set of results remains', async () => {
  const worker = rig.startWorker('waiting')
  const { id, sweepId } = await rig.launch(seed, epochs)
  await rig.underWay(id, 5)
  await rig.server.restartPostgres('fast', (leaseSeconds + 8) * 1000)
  await sleep(1000)
  await rig.untilOver(id)
  // The lease ran out while nobody could take it: either the attempt goes on, or another one has taken its place from its checkpoint.
  const attempts = await rig.attemptsOf(id)
  expect(attempts.filter((attempt) => attempt.includes('finished'))).toHaveLength(1)
  expect(attempts.every((attempt) => /finished|lost/.test(attempt)), attempts.join()).toBe(true)
  expect(await rig.outcome(id)).toEqual(control)
  await worker.end('SIGTERM')
  await rig.forget(sweepId)
})
