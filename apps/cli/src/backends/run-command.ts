import { spawn } from 'node:child_process'
import { GraftError } from '@graft/contracts/errors'

/** Lines of a failed command's output that its error shows. */
const shownLines = 6

/** Runs a command to its end, quietly. Throws `unavailable` with the last lines that it said; `aborted` when the signal fires. */
export async function runCommand(command: string, commandArguments: readonly string[], options: { folder: string; doing: string; signal?: AbortSignal }): Promise<string> {
  const { folder, doing, signal } = options
  if (signal?.aborted) throw signal.reason
  let output = ''
  const code = await new Promise<number | string>((resolve) => {
    const child = spawn(command, commandArguments, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = (): unknown => child.kill('SIGTERM')
    signal?.addEventListener('abort', stop, { once: true })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)))
    child.once('error', (error) => resolve(error.message))
    child.once('close', (status, killedBy) => {
      signal?.removeEventListener('abort', stop)
      resolve(status ?? killedBy ?? 'unknown')
    })
  })
  if (signal?.aborted) throw signal.reason
  if (code === 0) return output
  const said = output.trim().split('\n').slice(-shownLines).join('\n')
  throw new GraftError('unavailable', `${doing} failed (${command}: ${typeof code === 'number' ? `exit status ${code}` : code}).`, { hint: said || 'It said nothing.' })
}

/** Whether a command runs and ends well. */
export async function succeeds(command: string, commandArguments: readonly string[]): Promise<boolean> {
  return runCommand(command, commandArguments, { folder: '.', doing: command }).then(
    () => true,
    () => false,
  )
}
