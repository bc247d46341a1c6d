import type { Command } from 'commander'
import type { WorkerCommandOptions } from '../start-worker.ts'

/** `graft worker`: this machine trains for a server. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('train for a server on this machine, until Ctrl-C (takes the worker token)')
    .option('-n, --name <name>', 'how the server shows it (default: the name of this machine)')
    .option('--cache <folder>', 'folder for weights, images and features (default: GRAFT_CACHE, or ~/.cache/graft)')
    .option('--kinds <kinds>', 'only jobs of these kinds, with commas between: trial, import, quick-check, augmentation-preview, plan, predict, export, extraction')
    .option('--cache-size <size>', 'largest size of that folder, as 20GB or 500MB; what was used longest ago goes first', '20GB')
    .option('--device <device>', 'what computes: cpu, webgpu, cuda (cuda:1 is the second GPU) or tensorflow; `graft doctor` says which are usable. One worker a device', 'cpu')
    .option('--slots <number>', 'trials at once on the device, as long as its memory takes them', '1')
    .option('--label <name=value>', 'what jobs may ask for, beside device, gpu, memory-gib, cores, platform and host, which it finds by itself; may be repeated', (label: string, before: string[] = []) => [...before, label])
    .option('--threads <number>', 'threads to compute with (default: all cores, divided among the slots)')
    .option('--exit-when-idle', 'end when there is nothing to do')
    .option('--log-format <format>', 'plain, or json: an object a line', 'plain')
    .option('--health-file <file>', 'written every 10 s while the worker lives, for a supervisor to look at')
    .addHelpText('after', help)
    .action(async (options: WorkerCommandOptions, command: Command) => (await import('../start-worker.ts')).startWorker(options, command))
}

const help = `
On another machine than the server's:
  GRAFT_TOKEN=graft_w_… graft worker --server https://graft.example.com --device cuda --cache-size 50GB
A certificate of an authority of your own: NODE_EXTRA_CA_CERTS=authority.pem. HTTP proxies of the environment are not used.

SIGTERM or Ctrl-C: a training leaves a checkpoint (15 s at most) and its job goes back to the queue; the second one ends it at once.
Exit status: 0 told to go, or nothing left to do; 75 start it again (it stood still for longer than a lease); 2 a wrong option;
3 no Graft server at the address; 4 another version than the server's, or the device is taken; 5 a wrong token; 6 the device cannot be used, or the certificate is not trusted.`
