import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The command as it is installed. */
export const graftCommand = fileURLToPath(new URL('../../bin/graft.mjs', import.meta.url))

export interface CommandResult { code: number | null; stdout: string; stderr: string }

/** Runs the real command in a process of its own, as a script would: no terminal, no colours. */
export function createGraft(environment: Record<string, string>, folder: string): (...words: string[]) => Promise<CommandResult> {
  return (...words) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [graftCommand, ...words], { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
      const result: CommandResult = { code: null, stdout: '', stderr: '' }
      child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text))
      child.once('error', reject).once('close', (code) => resolve({ ...result, code }))
    })
}
