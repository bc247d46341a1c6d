import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../apps/worker/src/testing/user-client.ts'
import { startFaultRig, type FaultRig, type TrialOutcome } from './fault-rig.ts'
import { startUnreliableProxy, type UnreliableProxy } from './unreliable-proxy.ts'

const epochs = 12
const seed = 2

let rig: FaultRig
let proxy: UnreliableProxy
let control: TrialOutcome

beforeAll(async () => {
  rig = await startFaultRig()
  proxy = await startUnreliableProxy(rig.server.address)
  control = await rig.undisturbed(seed, epochs)
})
afterAll(async () => {
  await rig.close()
  await proxy.close()
})

test('commit done but answer lost: claim, metrics and result are sent again and count once', async () => {
  const lost: string[] = []
  proxy.fate = (method, path) => {
    const procedure = /worker\.(claim|metrics|checkpoint|finish|renew)/.exec(path)?.[1]
    if (method !== 'POST' || procedure === undefined || lost.filter((name) => name === procedure).length >= 2) return 'pass'
    lost.push(procedure)
    return 'lose-answer'
  }
  const { id, sweepId } = await rig.launch(seed, epochs) // before the worker, so that the answer of its very first claim is lost
  const worker = rig.startWorker('unheard', { address: proxy.address })
  await rig.untilOver(id)
  expect(lost).toEqual(expect.arrayContaining(['claim', 'claim', 'metrics', 'metrics', 'finish']))
  expect(await rig.attemptsOf(id)).toEqual(['1 finished unheard'])
  expect(await rig.outcome(id)).toEqual(control)
  proxy.fate = () => 'pass'
  await worker.end('SIGTERM')
  await rig.forget(sweepId)
})

test('a half-open connection: the trial goes to another worker by its lease, and the cut-off one writes nothing more', async () => {
  const cutOff = rig.startWorker('cut off', { address: proxy.address })
  const { id, sweepId } = await rig.launch(seed, 1000)
  await rig.underWay(id)
  proxy.freeze()
  const other = rig.startWorker('other')
  await until(async () => (await rig.attemptsOf(id)).length === 2)
  expect(await rig.attemptsOf(id)).toEqual(['1 lost cut off', '2 running other'])
  proxy.thaw()
  await until(() => Promise.resolve(cutOff.output().includes('lost its lease')))
  await rig.user.api.trial.cancel.mutate({ id })
  expect((await rig.attemptsOf(id))[0]).toBe('1 lost cut off')
  for (const worker of [cutOff, other]) await worker.end('SIGTERM')
  await rig.forget(sweepId)
})

test('the storage answers 503 for a while: the worker waits and goes on, with one attempt', async () => {
  const refused: string[] = []
  proxy.fate = (_method, path) => {
    if (!path.startsWith('/api/blobs') || refused.length >= 8) return 'pass'
    refused.push(path)
    return { status: 503 }
  }
  const { id, sweepId } = await rig.launch(seed, epochs)
  const worker = rig.startWorker('patient', { address: proxy.address, ownCache: true })
  await rig.untilOver(id)
  expect(refused).toHaveLength(8)
  expect(await rig.attemptsOf(id)).toEqual(['1 finished patient'])
  expect(await rig.outcome(id)).toEqual(control)
  proxy.fate = () => 'pass'
  await worker.end('SIGTERM')
  await rig.forget(sweepId)
})

test('an old worker with a new server: refused, and it says what to do', async () => {
  proxy.fate = (_method, path) => (path.includes('worker.register') ? { rewrite: (body) => body.replace(/"protocolVersion":\d+/, '"protocolVersion":1') } : 'pass')
  const old = rig.startWorker('old', { address: proxy.address })
  expect(await old.ended).toBe(1)
  expect(old.output()).toMatch(/speaks version 1 of the worker protocol/)
  expect(old.output()).toMatch(/hint: Update the worker/)
  expect(await rig.server.db.worker.count({ where: { name: 'old' } })).toBe(0)
  proxy.fate = () => 'pass'
})
