import type { Command } from 'commander'

/** `graft workers`: the machines that train, from the side of whoever looks after them. */
export function addWorkersCommand(program: Command): void {
  const workers = program.command('workers').description('the workers that are there: drain, resume')
  workers
    .command('list', { isDefault: true })
    .description('list the workers, what they have and what they do')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => (await import('../workers.ts')).listWorkers(options, command))
  workers
    .command('drain')
    .description('let a worker end what it has and give it nothing new')
    .argument('<worker>', 'name or id')
    .action(async (worker: string, _options: object, command: Command) => (await import('../workers.ts')).drainWorker(worker, command))
  workers
    .command('resume')
    .description('give a worker jobs again: ends draining, lifts a quarantine')
    .argument('<worker>', 'name or id')
    .action(async (worker: string, _options: object, command: Command) => (await import('../workers.ts')).resumeWorker(worker, command))
}
