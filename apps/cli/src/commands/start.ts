import type { Command } from 'commander'

/** `graft start`: server, dashboard and one worker on this machine, as `npm start`. */
export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('start Graft on this machine: database, server, dashboard and one worker (the same as `npm start`)')
    .action(async () => {
      const [{ spawn }, path, { repositoryRoot }] = await Promise.all([import('node:child_process'), import('node:path'), import('../env.ts')])
      const child = spawn(process.execPath, [path.join(repositoryRoot, 'scripts', 'go.mjs'), 'start'], { cwd: repositoryRoot, stdio: 'inherit' })
      // Ctrl-C reaches the child by itself (one terminal group); what is sent to this process only is passed on.
      process.on('SIGINT', () => undefined)
      process.on('SIGTERM', () => child.kill('SIGTERM'))
      process.exitCode = await new Promise<number>((resolve, reject) => child.on('error', reject).on('exit', (code) => resolve(code ?? 1)))
    })
}
