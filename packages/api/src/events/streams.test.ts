import type { MetricPoint } from '@graft/contracts/trial'
import type { ChangeEvent } from '@graft/contracts/views'
import { notifyChange } from '@graft/db/notifications'
import superjson from 'superjson'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimNow, importDataset, makeManifest, makeTrialResult, registerWorker, sweepOf, syncModels } from '../testing/fixtures.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let workerId: string
const manifest = makeManifest(2)
beforeAll(async () => {
  server = await createTestServer()
  await syncModels(server)
  workerId = await registerWorker(server)
  await importDataset(server, workerId, 'birds', manifest)
})
afterAll(() => server.close())

interface StreamEvent<Data> { id: string | null; data: Data }

/** A subscription as a browser opens it: server-sent events over HTTP, read one by one. */
async function open<Data>(path: string, input: object, lastEventId?: string) {
  const stop = new AbortController()
  const query = new URLSearchParams({ input: JSON.stringify(superjson.serialize(input)) })
  if (lastEventId !== undefined) query.set('lastEventId', lastEventId)
  const response = await server.fetch(`/api/trpc/${path}?${query.toString()}`, { token: server.userToken, signal: stop.signal, headers: { accept: 'text/event-stream' } })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    /** The next event with data; null when the stream has ended. */
    async next(): Promise<StreamEvent<Data> | null> {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end === -1) {
          const { done, value } = await reader.read()
          if (done) return null
          text += value
          continue
        }
        const lines = text.slice(0, end).split('\n')
        text = text.slice(end + 2)
        const field = (name: string): string | undefined => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
        if (field('event') === 'return') return null
        if (field('event') !== undefined || field('data') === undefined || field('data') === '') continue
        return { id: field('id') ?? null, data: superjson.deserialize<Data>(JSON.parse(field('data')!) as Parameters<typeof superjson.deserialize>[0]) }
      }
    },
    async close() {
      stop.abort()
      await reader.cancel().catch(() => {})
    },
  }
}

async function until(stream: { next(): Promise<StreamEvent<ChangeEvent> | null> }, isMeant: (event: ChangeEvent) => boolean): Promise<ChangeEvent> {
  for (;;) {
    const event = await stream.next()
    if (event === null) throw new Error('The stream has ended.')
    if (isMeant(event.data)) return event.data
  }
}

const loss = (step: number, value: number): MetricPoint => ({ step, name: 'train/loss', value })

test('a trial’s metrics stream as they come, go on after a break, and end with the trial', async () => {
  await server.user.sweep.create(sweepOf(['birds'], ['mobilenet-v2'], [0]))
  const job = await claimNow(server, workerId, ['trial'])
  if (job.payload.kind !== 'trial') throw new Error('no trial')
  const reference = { jobId: job.jobId, attempt: job.attempt, workerId }
  const id = job.payload.trialId
  await server.worker.worker.metrics({ ...reference, points: [loss(1, 3), loss(2, 2)] })
  const first = await open<MetricPoint[]>('trial.onMetrics', { id })
  const before = await first.next()
  expect(before!.data).toEqual([loss(1, 3), loss(2, 2)])
  const waiting = first.next()
  await server.worker.worker.metrics({ ...reference, points: [loss(3, 1)] })
  const live = await waiting
  expect(live!.data).toEqual([loss(3, 1)])
  await first.close()

  await server.worker.worker.metrics({ ...reference, points: [loss(4, 0.5)] }) // nobody listens
  const resumed = await open<MetricPoint[]>('trial.onMetrics', { id }, live!.id!)
  expect((await resumed.next())!.data).toEqual([loss(4, 0.5)])
  const last = resumed.next()
  await server.worker.worker.finish({ ...reference, result: makeTrialResult(manifest, () => true) })
  expect(await last).toBeNull()
  await resumed.close()
})

test('a new attempt’s metrics take the place of those of the one before', async () => {
  await server.user.sweep.create(sweepOf(['birds'], ['mobilenet-v2'], [1]))
  const job = await claimNow(server, workerId, ['trial'])
  if (job.payload.kind !== 'trial') throw new Error('no trial')
  const stream = await open<MetricPoint[]>('trial.onMetrics', { id: job.payload.trialId })
  await server.worker.worker.metrics({ jobId: job.jobId, attempt: 1, workerId, points: [loss(1, 9)] })
  expect((await stream.next())!.data).toEqual([loss(1, 9)])
  await server.worker.worker.release({ jobId: job.jobId, attempt: 1, workerId })
  await claimNow(server, workerId, ['trial'])
  await server.worker.worker.metrics({ jobId: job.jobId, attempt: 2, workerId, points: [loss(1, 5)] })
  expect((await stream.next())!.data).toEqual([loss(1, 5)])
  await stream.close()
})

test('changes stream to every page; one that comes back hears what it missed', async () => {
  const { db } = server.server
  const page = await open<ChangeEvent>('events.onChange', {})
  const other = await open<ChangeEvent>('events.onChange', {})
  const heard = Promise.all([page.next(), other.next()])
  await expect.poll(async () => (await notifyChange(db, { topic: 'job', id: 'a' }), true)).toBe(true)
  const [first] = await heard
  expect(first!.data).toEqual({ topic: 'job', id: 'a' })
  await page.close()
  await other.close()
  await notifyChange(db, { topic: 'job', id: 'b' }, { topic: 'trial', id: 'c' })
  const back = await open<ChangeEvent>('events.onChange', {}, first!.id!)
  expect([(await back.next())!.data, (await back.next())!.data]).toEqual([{ topic: 'job', id: 'b' }, { topic: 'trial', id: 'c' }])
  await back.close()
})

test('who cannot be told what was missed is told that anything may have changed', async () => {
  const page = await open<ChangeEvent>('events.onChange', {}, 'another-process:17')
  const events = []
  for (let index = 0; index < 7; index += 1) events.push((await page.next())!.data)
  expect(new Set(events.map(({ topic }) => topic)).size).toBe(7)
  expect(events.every(({ id }) => id === '*')).toBe(true)
  await page.close()
})

test('the line to the database comes back by itself, and says that events may be missing', async () => {
  const page = await open<ChangeEvent>('events.onChange', {})
  const anything = until(page, ({ id }) => id === '*') // jobs of the tests above may tell of themselves meanwhile
  await server.server.db.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()`
  await anything
  const after = until(page, ({ id }) => id === 'after')
  await notifyChange(server.server.db, { topic: 'job', id: 'after' })
  expect(await after).toEqual({ topic: 'job', id: 'after' })
  await page.close()
})
