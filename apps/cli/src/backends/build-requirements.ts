import { existsSync } from 'node:fs'
import path from 'node:path'
import { GraftError } from '@graft/contracts/errors'
import { succeeds } from './run-command.ts'

/** Folder that has Node's headers under `include/node`: beside this Node, or Debian's libnode-dev under /usr. */
export function nodeHeaders(executable = process.execPath): string | null {
  const candidates = [path.resolve(path.dirname(executable), '..'), '/usr', '/usr/local']
  return candidates.find((folder) => existsSync(path.join(folder, 'include/node/node_api.h'))) ?? null
}

/** What a build needs of the machine: all that is missing is named at once. Throws `unavailable`, `unsupported` where only the official way is left. */
export async function requireBuildTools(): Promise<{ headers: string }> {
  if (process.platform !== 'linux') throw new GraftError('unsupported', 'The binding is built on Linux only.', { hint: "Try npm's own download: `graft backends install tensorflow --official`." })
  const headers = nodeHeaders()
  const [hasPython, hasCompiler, hasMake] = await Promise.all([succeeds('python3', ['-c', 'import venv, ensurepip']), succeeds('g++', ['--version']), succeeds('make', ['--version'])])
  const missing = [
    ...(hasPython ? [] : ['python3 with venv (Debian: python3-venv)']),
    ...(hasCompiler ? [] : ['g++ (Debian: g++)']),
    ...(hasMake ? [] : ['make (Debian: make)']),
    ...(headers === null ? ["Node's headers, include/node/node_api.h (Debian: libnode-dev; they come with Node's own archives and images)"] : []),
  ]
  if (missing.length > 0) throw new GraftError('unavailable', `To build the TensorFlow backend this machine lacks: ${missing.join('; ')}.`, { hint: 'Install them, or try `graft backends install tensorflow --official`.' })
  return { headers: headers! }
}
