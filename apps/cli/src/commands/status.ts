import type { Command } from 'commander'

/** `graft status`: sweeps and workers. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('what runs: sweeps and workers')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => (await import('../show-status.ts')).showStatus(options, command))
}
