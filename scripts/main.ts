import path from 'node:path'
import { bench } from './bench.ts'
import { check } from './check.ts'
import { root } from './environment.ts'
import { faults } from './faults.ts'
import { executable, runToEnd } from './processes.ts'
import { start } from './start.ts'

/** Commands that want the database's client, which a fresh clone has not generated yet. `start` and `check` see to it themselves; `migrate` runs where everything is built, on a read-only disk. */
const needGenerated = new Set(['test', 'faults', 'soak', 'bench'])

/** start | dev | migrate | test | faults | soak | check | bench, with everything installed. */
async function main(command: string, rest: string[]): Promise<number> {
  if (needGenerated.has(command)) {
    const { code } = await runToEnd(executable('turbo'), ['run', 'generate', '--output-logs=errors-only'])
    if (code !== 0) return code
  }
  switch (command) {
    case 'start':
    case 'dev':
      return start(command)
    case 'migrate':
      return (await import('./migrate.ts')).migrateDatabase(rest) // not above: in a fresh clone the database's client is not there yet
    case 'bench':
      return bench(rest)
    case 'faults':
      return faults(rest)
    case 'soak':
      return (await runToEnd(process.execPath, ['--import', 'tsx', path.join(root, 'tools/soak/soak.ts'), ...rest])).code
    case 'check':
      return check()
    case 'test':
      return (await runToEnd(executable('vitest'), ['run', ...rest])).code
    default:
      console.error(`error: unknown command "${command}".\nhint: npm start, npm run dev, npm test, npm run check, npm run faults, npm run soak or npm run bench.`)
      return 2
  }
}

// A terminal that was closed, or a reader of our output that has gone, must not keep us from stopping what we started.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
process.exit(await main(process.argv[2] ?? 'start', process.argv.slice(3)))
