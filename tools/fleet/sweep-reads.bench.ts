import { makeSweep } from '../../e2e/made-sweep.ts'
import { printTable, processorSeconds, withChildren } from './figures.ts'
import { startServerUnderTest, type ServerUnderTest } from './server-under-test.ts'

/**
 * `npm run bench -- sweep-reads [TRIALS]`: what the plots of a sweep of so many trials (5,000), each with five metrics an epoch, ask the
 * server: processor time of server and Postgres, wall time and size, first and asked again without a change.
 */
const trials = Number(process.argv[2] ?? 5000)
const rounds = 5

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const server = await startServerUnderTest('api')
try {
  const id = await makeSweep(server.databaseUrl, trials)
  for (const name of ['validation/loss', 'train/loss', 'train/accuracy', 'epoch/seconds']) {
    await server.db.$executeRaw`INSERT INTO "EpochMetric" ("trialId", step, name, value) SELECT "trialId", step, ${name}, value FROM "EpochMetric" WHERE name = 'validation/accuracy'`
  }
  await server.db.$executeRaw`ANALYZE`
  const rows: string[][] = []
  for (const procedure of ['sweep.points', 'sweep.curves', 'sweep.importance']) {
    const first = await measure(server, procedure, id)
    const again = []
    for (let round = 0; round < rounds; round++) again.push(await measure(server, procedure, id))
    const median = again.toSorted((one, other) => one.web + one.postgres - other.web - other.postgres)[Math.floor(rounds / 2)]!
    rows.push([procedure, (first.bytes / 1e6).toFixed(2), words(first), words(median)])
  }
  console.log(`\n${trials} trials; milliseconds of processor time, server + Postgres (wall):`)
  printTable(['procedure', 'MB', 'first', `again, median of ${rounds}`], rows)
} finally {
  await server.close()
}

interface Read { bytes: number; web: number; postgres: number; wall: number }

async function measure({ address, userToken, web, postgres }: ServerUnderTest, procedure: string, id: string): Promise<Read> {
  const now = () => ({ web: processorSeconds([web().pid!]), postgres: processorSeconds(withChildren(postgres().pid)), wall: performance.now() / 1000 })
  const before = now()
  const response = await fetch(`${address}/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify({ json: { id } }))}`, { headers: { authorization: `Bearer ${userToken}` } })
  const text = await response.text()
  if (!response.ok) throw new Error(`${procedure}: ${response.status} ${text.slice(0, 300)}`)
  const after = now()
  const milliseconds = (name: keyof ReturnType<typeof now>): number => (after[name] - before[name]) * 1000
  return { bytes: text.length, web: milliseconds('web'), postgres: milliseconds('postgres'), wall: milliseconds('wall') }
}

function words({ web, postgres, wall }: Read): string {
  return `${web.toFixed(0)} + ${postgres.toFixed(0)} (${wall.toFixed(0)})`
}
