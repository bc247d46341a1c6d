import type { Command } from 'commander'

/** `graft worker`: this machine trains for a server. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('train for a server on this machine, until Ctrl-C (takes the worker token)')
    .option('-n, --name <name>', 'how the server shows it (default: the name of this machine)')
    .option('--cache <folder>', 'folder for weights, images and features (default: GRAFT_CACHE, or ~/.cache/graft)')
    .option('--kinds <kinds>', 'only jobs of these kinds, with commas between: trial, import, quick-check, augmentation-preview, predict, export')
    .option('--device <device>', 'what computes: cpu, webgpu, cuda or tensorflow; `graft doctor` says which are usable', 'cpu')
    .option('--threads <number>', 'threads to compute with (default: all cores)')
    .option('--exit-when-idle', 'end when there is nothing to do')
    .action(async (options: { name?: string; cache?: string; kinds?: string; threads?: string; device: string; exitWhenIdle?: boolean }, command: Command) => (await import('../start-worker.ts')).startWorker(options, command))
}
