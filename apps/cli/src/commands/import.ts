import type { Command } from 'commander'

interface ImportOptions { name?: string; split: string; seed: string; report?: string; json?: boolean }

/** `graft import PATH`: a folder of images, or a zip, becomes a dataset on the server. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('make a dataset of a folder (or zip) of images: one subfolder a class, or train/, validate/, test/ with classes in each')
    .argument('<path>', 'folder or zip file')
    .option('-n, --name <name>', 'name of the dataset (default: the name of the folder)')
    .option('--split <rule>', 'auto, 80/10/10, seed-study or folders', 'auto')
    .option('--seed <number>', 'seed of the split', '0')
    .option('--report <file>', 'write the whole import report to this file (JSON)')
    .option('--json', 'print the whole import report as JSON')
    .action(async (path: string, options: ImportOptions, command: Command) => {
      const { importDataset } = await import('../import-dataset.ts')
      await importDataset(path, options, command)
    })
}
