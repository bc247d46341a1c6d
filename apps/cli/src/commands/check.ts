import type { Command } from 'commander'

/** `graft check`: what an ImageNet network sees in one image a class, before anything is trained. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('quick check: top-5 ImageNet labels of one sample a class, for a model that has its classifier')
    .argument('<dataset>', 'a dataset of the server, or the path of a folder (then no server is needed)')
    .requiredOption('-m, --model <id>', 'model; see `graft models`')
    .option('--json', 'as JSON')
    .action(async (dataset: string, options: { model: string; json?: boolean }, command: Command) => {
      const { isFolder } = await import('../is-folder.ts')
      if (await isFolder(dataset)) await (await import('../check-folder.ts')).checkFolder(dataset, options)
      else await (await import('../check-dataset.ts')).checkDataset(dataset, options, command)
    })
}
