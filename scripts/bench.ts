import { readdirSync } from 'node:fs'
import path from 'node:path'
import { root } from './environment.ts'
import { runToEnd } from './processes.ts'

/**
 * `npm run bench [-- NAME …]`: runs the benchmarks of `packages/core/bench`. Each prints lines with both sides measured in one run
 * and their ratio, so that a slow or busy machine changes both.
 */
const folder = path.join(root, 'packages/core/bench')
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace(/\.bench\.ts$/, ''))
const [first, ...rest] = process.argv.slice(2)
const names = first === undefined ? known : [first]
const unknown = names.find((name) => !known.includes(name))
if (unknown !== undefined) {
  console.error(`error: there is no benchmark "${unknown}".\nhint: npm run bench -- NAME, with one of: ${known.join(', ')}`)
  process.exit(2)
}
for (const name of names) {
  console.log(`\n== ${name}`)
  const { code } = await runToEnd(process.execPath, ['--import', 'tsx', path.join(folder, `${name}.bench.ts`), ...rest])
  if (code !== 0) process.exitCode = code
}
