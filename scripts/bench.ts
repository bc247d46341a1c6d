import { readdirSync } from 'node:fs'
import path from 'node:path'
import { root } from './environment.ts'
import { runToEnd } from './processes.ts'

const folders = ['packages/core/bench', 'packages/search/bench', 'tools/fleet', 'e2e'].map((folder) => path.join(root, folder))

/**
 * `npm run bench [-- NAME …]`: runs the benchmarks of the packages, each of which prints lines with both sides measured in one run and
 * their ratio, so that a slow or busy machine changes both; `fleet`, the simulated workers of `tools/fleet`; and `dashboard`, frames a second.
 */
export async function bench([first, ...rest]: string[]): Promise<number> {
  const files = new Map(folders.flatMap((folder) => readdirSync(folder).flatMap((file) => (file.endsWith('.bench.ts') ? [[file.replace(/\.bench\.ts$/, ''), path.join(folder, file)] as const] : []))))
  const known = [...files.keys()]
  if (first !== undefined && !known.includes(first)) {
    console.error(`error: there is no benchmark "${first}".\nhint: npm run bench -- NAME, with one of: ${known.join(', ')}`)
    return 2
  }
  let worst = 0
  for (const name of first === undefined ? known : [first]) {
    console.log(`\n== ${name}`)
    const { code } = await runToEnd(process.execPath, ['--import', 'tsx', files.get(name)!, ...rest])
    worst ||= code
  }
  return worst
}
