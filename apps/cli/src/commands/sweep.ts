import type { Command } from 'commander'
import type { LaunchOptions } from '../sweep/launch.ts'

const repeat = (value: string, earlier: string[] = []): string[] => [...earlier, value]

/** `graft sweep`: searches over recipes, from a file or the dashboard, and what is done with them. */
export function addSweepCommand(program: Command): void {
  const sweep = program.command('sweep').description('launch sweeps from a file; list, pause, extend and export them')
  addReading(sweep)
  addChanging(sweep)
}

function addReading(sweep: Command): void {
  sweep
    .command('launch')
    .description('launch a sweep from a YAML or JSON file (W&B’s words are understood), and wait for it')
    .argument('<file>', 'the sweep file')
    .option('--name <name>', 'instead of the file’s')
    .option('--seed <number>', 'seed of the search, instead of the file’s')
    .option('--detach', 'do not wait')
    .option('--estimate', 'only say what it would take')
    .option('--json', 'as JSON')
    .action(async (file: string, options: LaunchOptions, command: Command) => (await import('../sweep/launch.ts')).launchSweep(file, options, command))
  sweep
    .command('list', { isDefault: true })
    .description('sweeps, newest first')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => (await import('../sweep/list.ts')).listSweeps(options, command))
  sweep
    .command('show')
    .description('one sweep: how far it is, its best configurations, its forecast')
    .argument('<sweep>', 'id or name')
    .option('--json', 'as JSON')
    .action(async (id: string, options: { json?: boolean }, command: Command) => (await import('../sweep/show.ts')).showSweep(id, options, command))
  sweep
    .command('watch')
    .description('wait for a sweep with a progress bar')
    .argument('<sweep>', 'id or name')
    .action(async (id: string, _options: object, command: Command) => (await import('../sweep/show.ts')).watchToEnd(id, command))
  sweep
    .command('export')
    .description('print a sweep as the YAML file that launches one like it')
    .argument('<sweep>', 'id or name')
    .option('--json', 'as JSON')
    .action(async (id: string, options: { json?: boolean }, command: Command) => (await import('../sweep/export.ts')).exportSweep(id, options, command))
}

function addChanging(sweep: Command): void {
  const simple = (name: 'pause' | 'resume' | 'cancel' | 'retry', description: string): void => {
    sweep
      .command(name)
      .description(description)
      .argument('<sweep>', 'id or name')
      .action(async (id: string, _options: object, command: Command) => (await import('../sweep/change.ts')).changeSweep(name, id, command))
  }
  simple('pause', 'nothing new is started; what runs stops at a checkpoint')
  simple('resume', 'a paused sweep goes on; of a cancelled one what was cancelled is queued again')
  simple('cancel', 'stop what waits and runs; results stay')
  simple('retry', 'queue the failed trials again, and only those')
  sweep
    .command('priority')
    .description('before or behind your other sweeps: higher goes first')
    .argument('<sweep>', 'id or name')
    .argument('<number>', '-100 to 100')
    .action(async (id: string, priority: string, _options: object, command: Command) => (await import('../sweep/change.ts')).setPriority(id, priority, command))
  sweep
    .command('extend')
    .description('more datasets, models, seeds or budget')
    .argument('<sweep>', 'id or name')
    .option('--dataset <name>', 'a further dataset (repeatable)', repeat)
    .option('--model <id>', 'a further model (repeatable)', repeat)
    .option('--seeds <numbers>', 'further seeds: 3,4 or 3-4')
    .option('--trials <number>', 'new limit of trials')
    .option('--seconds <number>', 'new limit of seconds of training')
    .option('--images <number>', 'new limit of images seen')
    .action(async (id: string, options: object, command: Command) => (await import('../sweep/extend.ts')).extendSweep(id, options, command))
  sweep
    .command('clone')
    .description('launch another one like it')
    .argument('<sweep>', 'id or name')
    .option('--name <name>', 'name of the new one')
    .option('--seed <number>', 'another seed of the search')
    .action(async (id: string, options: { name?: string; seed?: string }, command: Command) => (await import('../sweep/clone.ts')).cloneSweep(id, options, command))
}
