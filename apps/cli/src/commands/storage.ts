import type { Command } from 'commander'

/** `graft storage`: what the server keeps. */
export function addStorageCommand(program: Command): void {
  const storage = program.command('storage').description('what the server keeps')
  storage
    .command('check', { isDefault: true })
    .description('look for every content that the database names, as after a backup was restored')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => (await import('../check-storage.ts')).checkStorage(options, command))
}
