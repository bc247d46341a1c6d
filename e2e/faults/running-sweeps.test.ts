import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MetricPoint } from '../../packages/contracts/src/trial.ts'
import { quickRecipe } from '../../apps/worker/src/testing/quick-recipe.ts'
import { until } from '../../apps/worker/src/testing/user-client.ts'
import { startFaultRig, type FaultRig } from './fault-rig.ts'

let rig: FaultRig
beforeAll(async () => {
  rig = await startFaultRig()
})
afterAll(() => rig.close())

test('a sweep cancelled in mid-flight: all workers stop within 10 s, nothing more is written, and they take the next', async () => {
  const workers = ['one', 'two', 'three'].map((name) => rig.startWorker(name))
  const { sweepId } = await rig.user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['mobilenet-v2'], recipe: quickRecipe(1000), seeds: [10, 11, 12, 13, 14] })
  const running = () => rig.server.db.job.findMany({ where: { trial: { sweepId }, state: 'running' }, select: { subjectId: true } })
  await until(async () => (await running()).length === 3)
  for (const { subjectId } of await running()) await rig.underWay(subjectId)
  await rig.user.api.sweep.cancel.mutate({ id: sweepId })
  const cancelledAt = Date.now()
  await until(() => Promise.resolve(workers.every(({ output }) => /: (cancelled|left to another attempt) after/.test(output()))))
  expect(Date.now() - cancelledAt).toBeLessThan(10_000)
  const states = await rig.server.db.job.groupBy({ by: ['state'], where: { trial: { sweepId } }, _count: true })
  expect(states).toEqual([{ state: 'cancelled', _count: 5 }])
  const metrics = await rig.server.db.epochMetric.count()
  await sleep(3000)
  expect(await rig.server.db.epochMetric.count()).toBe(metrics)
  const { id } = await rig.launch(20, 2)
  await rig.untilOver(id)
  expect(await rig.outcome(id)).toMatchObject({ state: 'finished' })
  for (const worker of workers) await worker.end('SIGTERM')
})

test('the web server is restarted, in order and by kill -9, under a live page: every point of the curve arrives, and none twice', async () => {
  const worker = rig.startWorker('drawn')
  const { id } = await rig.launch(21, 1000)
  await rig.underWay(id)
  const page = watchCurve(id)
  await until(() => Promise.resolve(page.points.length > 0))
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const before = page.points.length
    await rig.server.restartWeb(signal)
    await until(() => Promise.resolve(page.points.length > before))
  }
  await rig.user.api.trial.cancel.mutate({ id })
  const written = await rig.server.db.epochMetric.count({ where: { trialId: id } })
  await until(() => Promise.resolve(page.points.length >= written))
  page.close()
  expect(page.connections).toBeGreaterThanOrEqual(3)
  expect(await rig.attemptsOf(id)).toEqual(['1 cancelled drawn'])
  const recorded = await rig.server.db.epochMetric.findMany({ where: { trialId: id }, select: { step: true, name: true, value: true } })
  const asText = (points: readonly Pick<MetricPoint, 'step' | 'value'>[]) => points.map((point) => JSON.stringify([point.step, (point as MetricPoint).name, point.value])).toSorted()
  expect(asText(page.points)).toEqual(asText(recorded as MetricPoint[]))
  await worker.end('SIGTERM')
})

/** The stream of a trial page: server-sent events, opened again where it left off, as browsers do. */
function watchCurve(id: string): { points: MetricPoint[]; connections: number; close(): void } {
  const closed = new AbortController()
  const page = { points: [] as MetricPoint[], connections: 0, close: () => closed.abort() }
  let lastEventId: string | undefined
  const connect = async (): Promise<boolean> => {
    const query = new URLSearchParams({ input: JSON.stringify({ json: { id } }) })
    const headers = { authorization: `Bearer ${rig.server.userToken}`, accept: 'text/event-stream', ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) }
    const response = await fetch(`${rig.server.address}/api/trpc/trial.onMetrics?${query.toString()}`, { headers, signal: closed.signal })
    if (!response.ok || response.body === null) return false
    page.connections += 1
    let text = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n')
        text = text.slice(end + 2)
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
        if (field('event') === 'return') return true
        if (field('event') !== undefined || field('id') === undefined) continue
        lastEventId = field('id')
        page.points.push(...(JSON.parse(field('data')!) as { json: MetricPoint[] }).json)
      }
    }
    return false
  }
  void (async () => {
    while (!closed.signal.aborted && !(await connect().catch(() => false))) await sleep(200)
  })()
  return page
}
