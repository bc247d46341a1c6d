import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authenticate } from '../auth/authenticate.ts'
import { claimNow, importDataset, makeManifest, registerWorker, sweepOf, syncModels } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let workerId: string
beforeAll(async () => {
  server = await createTestServer()
  await syncModels(server)
  workerId = await registerWorker(server)
  await importDataset(server, workerId, 'birds', makeManifest(2))
})
afterAll(() => server.close())

const credentials = (token: string) => ({ method: 'POST', authorization: `Bearer ${token}`, cookie: null, host: 'graft.example', origin: null, fetchSite: null })

/** A new person and what they may call. */
async function join(name: string, change: { administrator?: boolean; maximumQueued?: number; weight?: number } = {}) {
  const person = await server.user.person.add({ name, ...change })
  const { token } = await server.user.token.add({ kind: 'user', name: `${name}'s`, person: name })
  return { person, token, api: server.as(await authenticate(server.server, credentials(token))) }
}

test('a person may do nothing of an administrator’s, and everything else', async () => {
  const { api, person } = await join('ann')
  expect(await api.person.me()).toMatchObject({ id: person.id, name: 'ann', administrator: false, weight: 1, maximumRunning: null, maximumQueued: null })
  expect((await api.dataset.list()).map(({ name }) => name)).toEqual(['birds'])
  const refused: [string, () => Promise<unknown>][] = [
    ['person.add', () => api.person.add({ name: 'x' })],
    ['person.set', () => api.person.set({ name: 'ann', administrator: true })],
    ['token.add', () => api.token.add({ kind: 'worker', name: 'x' })],
    ['token.list', () => api.token.list()],
    ['token.revoke', () => api.token.revoke({ id: 'x' })],
    ['worker.drain', () => api.worker.drain({ id: workerId })],
    ['worker.resume', () => api.worker.resume({ id: workerId })],
    ['audit.list', () => api.audit.list()],
  ]
  for (const [name, call] of refused) await expect(call(), name).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'Only an administrator may do this.' })
})

test('jobs and sweeps are theirs who asked, and their quota is theirs', async () => {
  const { api, person } = await join('bob', { maximumQueued: 2 })
  const { sweepId } = await api.sweep.create(sweepOf(['birds'], ['mobilenet-v2'], [10, 11]))
  expect(await server.server.db.sweep.findUniqueOrThrow({ where: { id: sweepId } })).toMatchObject({ personId: person.id })
  expect(await server.server.db.job.count({ where: { personId: person.id, kind: 'trial' } })).toBe(2)
  await expect(api.sweep.create(sweepOf(['birds'], ['mobilenet-v2'], [12]))).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('the quota is 2') })
  await server.user.person.set({ name: 'bob', maximumQueued: 3 })
  await api.sweep.create(sweepOf(['birds'], ['mobilenet-v2'], [12]))
  expect(await api.person.me()).toMatchObject({ queued: 3, running: 0, maximumQueued: 3 })
  await server.server.db.job.updateMany({ where: { personId: person.id }, data: { priority: 5 } })
})

test('what someone launched only they and administrators stop, change or run again; everyone sees it and may clone it', async () => {
  const [{ api: fay }, { api: gus }, { api: hal }] = [await join('fay'), await join('gus'), await join('hal', { administrator: true })]
  const { sweepId: id } = await fay.sweep.create(sweepOf(['birds'], ['mobilenet-v2'], [30, 31]))
  const { items } = await gus.sweep.trials({ id })
  expect(items).toHaveLength(2)
  const trial = { id: items[0]!.id }
  const changes: [string, (api: typeof gus) => Promise<unknown>][] = [
    ['pause', (api) => api.sweep.pause({ id })],
    ['resume', (api) => api.sweep.resume({ id })],
    ['setPriority', (api) => api.sweep.setPriority({ id, priority: 3 })],
    ['extend', (api) => api.sweep.extend({ id, seeds: [32] })],
    ['retry', (api) => api.sweep.retry({ id })],
    ['trial.cancel', (api) => api.trial.cancel(trial)],
    ['trial.retry', (api) => api.trial.retry(trial)],
    ['cancel', (api) => api.sweep.cancel({ id })],
  ]
  for (const [name, change] of changes) {
    await expect(change(gus), name).rejects.toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('was launched by fay: only they and administrators may change it.'), cause: { hint: expect.stringContaining('clone') } })
  }
  expect(await fay.sweep.get({ id })).toMatchObject({ state: 'running', priority: 0, counts: { queued: 2, cancelled: 0 } })
  const { sweepId: copy } = await gus.sweep.clone({ id })
  await gus.sweep.cancel({ id: copy })
  for (const [name, change] of changes.slice(0, 7)) await expect(change(fay), name).resolves.toBeDefined()
  for (const [name, change] of changes) await expect(change(hal), name).resolves.toBeDefined()
  expect(await fay.sweep.get({ id })).toMatchObject({ state: 'cancelled' })
  await server.user.person.set({ name: 'hal', administrator: false })
})

test('a token that was revoked opens nothing, nor does a worker’s token what is people’s', async () => {
  const { token } = await join('cem')
  const known = (await server.user.token.list()).find(({ person }) => person === 'cem')!
  expect(known).toMatchObject({ kind: 'user', name: "cem's", revokedAt: null })
  expect(JSON.stringify(await server.user.token.list())).not.toContain(token)
  await server.user.token.revoke({ id: known.id })
  await expect(authenticate(server.server, credentials(token))).rejects.toMatchObject({ code: 'unauthorized', message: 'The access token was revoked.' })
  const { token: workerToken } = await server.user.token.add({ kind: 'worker', name: 'box' })
  expect(await authenticate(server.server, credentials(workerToken))).toMatchObject({ kind: 'worker' })
})

test('the last administrator stays one; names and quotas are checked', async () => {
  await expect(server.user.person.set({ name: 'owner', administrator: false })).rejects.toMatchObject({ code: 'CONFLICT', message: 'owner is the only administrator.' })
  await join('dee', { administrator: true })
  await server.user.person.set({ name: 'owner', administrator: false })
  await server.user.person.set({ name: 'owner', administrator: true })
  await expect(server.user.person.add({ name: 'dee' })).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(server.user.person.set({ name: 'nobody', weight: 2 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  for (const wrong of [{ weight: 0 }, { weight: -1 }, { maximumRunning: -1 }, { maximumQueued: 1.5 }]) await expect(server.user.person.set({ name: 'dee', ...wrong }), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('what people change is recorded: who, what, when and how it ended; reading and what workers do is not', async () => {
  const { api } = await join('eve')
  const before = (await server.user.audit.list())[0]!
  await api.dataset.list()
  const { sweepId } = await api.sweep.create(sweepOf(['birds'], ['mobilenet-v2'], [20]))
  await api.sweep.cancel({ id: sweepId })
  await expect(api.worker.drain({ id: workerId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await server.worker.worker.leave({ workerId })
  const entries = (await server.user.audit.list()).filter(({ id }) => Number(id) > Number(before.id))
  expect(entries.map(({ person, action, topic, subjectId, outcome }) => [person, action, topic, subjectId, outcome])).toEqual([
    ['eve', 'worker.drain', 'worker', workerId, 'forbidden'],
    ['eve', 'sweep.cancel', 'sweep', sweepId, 'done'],
    ['eve', 'sweep.create', 'sweep', sweepId, 'done'],
  ])
  expect(entries[1]).toMatchObject({ at: expect.any(Date), details: { id: sweepId } })
  expect(await server.user.audit.list({ before: entries[2]!.id, limit: 1 })).toMatchObject([{ id: before.id }])
})

test('a draining worker is told so and given nothing; resuming lifts a quarantine, too', async () => {
  const worker = await registerWorker(server, 'drained')
  const claim = () => server.worker.worker.claim({ workerId: worker, claimId: randomUUID(), kinds: ['trial'], waitSeconds: 0 })
  expect(await server.user.worker.drain({ id: worker })).toMatchObject({ mode: 'draining' })
  expect(await claim()).toMatchObject({ job: null, mode: 'draining' })
  await server.server.db.worker.update({ where: { id: worker }, data: { quarantinedAt: new Date(), quarantineReason: 'Three faults.', nodeFaults: 3 } })
  expect(await claim()).toMatchObject({ job: null, mode: 'quarantined', reason: 'Three faults.' })
  expect((await server.user.worker.list()).find(({ id }) => id === worker)).toMatchObject({ mode: 'quarantined', reason: 'Three faults.', nodeFaults: 3 })
  expect(await server.user.worker.resume({ id: worker })).toEqual({ mode: 'ready', reason: null })
  expect(await claimNow(server, worker, ['trial'])).toMatchObject({ attempt: 1 })
  await expect(server.user.worker.drain({ id: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a worker that is started again after it was quarantined is still quarantined', async () => {
  const before = await registerWorker(server, 'again')
  await server.server.db.worker.update({ where: { id: before }, data: { quarantinedAt: new Date(), quarantineReason: 'Three faults.' } })
  await server.worker.worker.leave({ workerId: before })
  const after = await registerWorker(server, 'again')
  expect((await server.user.worker.list()).filter(({ name }) => name === 'again')).toMatchObject([{ id: after, mode: 'quarantined', reason: 'Three faults.' }])
})
