import type { Command } from 'commander'

/** Whether it is written as a path: names of datasets have no slash. A folder beside that is called like a dataset changes nothing. */
const isPath = (given: string): boolean => /[/\\]|^\.{1,2}$/.test(given)

/** `graft check`: what an ImageNet network sees in one image a class, before anything is trained. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('quick check: top-5 ImageNet labels of one sample a class, for a model that has its classifier')
    .argument('<dataset>', 'a dataset of the server, or the path of a folder, written with a slash: ./birds (then no server is needed)')
    .requiredOption('-m, --model <id>', 'model; see `graft models`')
    .option('--json', 'as JSON')
    .action(async (dataset: string, options: { model: string; json?: boolean }, command: Command) => {
      if (isPath(dataset)) await (await import('../check-folder.ts')).checkFolder(dataset, options)
      else await (await import('../check-dataset.ts')).checkDataset(dataset, options, command)
    })
}
