import { readdirSync } from 'node:fs'
import path from 'node:path'
import { root } from './environment.ts'
import { runToEnd } from './processes.ts'

const folder = path.join(root, 'packages/core/bench')

/**
 * `npm run bench [-- NAME …]`: runs the benchmarks of `packages/core/bench`. Each prints lines with both sides measured in one run
 * and their ratio, so that a slow or busy machine changes both.
 */
export async function bench([first, ...rest]: string[]): Promise<number> {
  const known = readdirSync(folder)
    .filter((file) => file.endsWith('.bench.ts'))
    .map((file) => file.replace(/\.bench\.ts$/, ''))
  if (first !== undefined && !known.includes(first)) {
    console.error(`error: there is no benchmark "${first}".\nhint: npm run bench -- NAME, with one of: ${known.join(', ')}`)
    return 2
  }
  let worst = 0
  for (const name of first === undefined ? known : [first]) {
    console.log(`\n== ${name}`)
    const { code } = await runToEnd(process.execPath, ['--import', 'tsx', path.join(folder, `${name}.bench.ts`), ...rest])
    worst ||= code
  }
  return worst
}
