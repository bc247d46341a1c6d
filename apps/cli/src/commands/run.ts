import type { Command } from 'commander'
import type { RunOptions } from '../run-sweep.ts'

/** For an option that may stand several times. */
const repeat = (value: string, earlier: string[] = []): string[] => [...earlier, value]

/** `graft run`: datasets x models x seeds in one line. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('train every model on every dataset with every seed, and wait for the results')
    .option('-d, --datasets <names>', 'datasets, with commas between')
    .option('--dataset <name>', 'one dataset (repeatable), taken as it is written where there is one with a comma in its name', repeat)
    .option('-m, --models <ids>', 'models, with commas between')
    .option('--model <id>', 'one model (repeatable)', repeat)
    .option('-s, --seeds <numbers>', 'seeds: 0,1,2 or 0-4', '0')
    .option('-r, --recipe <preset|file>', 'seed-study, linear-probe, or a YAML or JSON file', 'seed-study')
    .option('--epochs <number>', 'instead of the recipe’s')
    .option('--batch-size <number>', 'instead of the recipe’s')
    .option('--optimizer <name>', 'RMSprop, SGD or Adam, instead of the recipe’s')
    .option('--learning-rate <number>', 'instead of the recipe’s')
    .option('--name <name>', 'name of the sweep')
    .option('--detach', 'do not wait')
    .option('--estimate', 'only say what it would take')
    .option('--json', 'print the results as JSON')
    .action(async (options: RunOptions, command: Command) => (await import('../run-sweep.ts')).runSweep(options, command))
}
