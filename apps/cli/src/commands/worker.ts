import type { Command } from 'commander'
import type { WorkerCommandOptions } from '../start-worker.ts'

/** `graft worker`: this machine trains for a server. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('train for a server on this machine, until Ctrl-C (takes the worker token)')
    .option('-n, --name <name>', 'how the server shows it (default: the name of this machine)')
    .option('--cache <folder>', 'folder for weights, images and features (default: GRAFT_CACHE, or ~/.cache/graft)')
    .option('--kinds <kinds>', 'only jobs of these kinds, with commas between: trial, import, quick-check, augmentation-preview, predict, export')
    .option('--cache-size <size>', 'largest size of that folder, as 20GB or 500MB; what was used longest ago goes first', '20GB')
    .option('--device <device>', 'what computes: cpu, webgpu, cuda (cuda:1 is the second GPU) or tensorflow; `graft doctor` says which are usable. One worker a device', 'cpu')
    .option('--slots <number>', 'trials at once on the device, as long as its memory takes them', '1')
    .option('--label <name=value>', 'what jobs may ask for, beside device, gpu, memory-gib, cores, platform and host, which it finds by itself; may be repeated', (label: string, before: string[] = []) => [...before, label])
    .option('--threads <number>', 'threads to compute with (default: all cores, divided among the slots)')
    .option('--exit-when-idle', 'end when there is nothing to do')
    .action(async (options: WorkerCommandOptions, command: Command) => (await import('../start-worker.ts')).startWorker(options, command))
}
