import type { Command } from 'commander'

/** `graft datasets`: what there is to train on. */
export function addDatasetsCommand(program: Command): void {
  program
    .command('datasets')
    .description('list the datasets')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => {
      const [{ connect }, { renderTable }, { print, printJson }] = await Promise.all([import('../server-client.ts'), import('../table.ts'), import('../terminal.ts')])
      const datasets = await connect(command).call((api) => api.dataset.list.query())
      if (options.json) return printJson(datasets)
      if (datasets.length === 0) return print('No datasets yet. Make one: graft import FOLDER --name birds')
      print(
        renderTable(
          [{ title: 'dataset' }, { title: 'version' }, { title: 'classes', align: 'right' }, { title: 'images', align: 'right' }, { title: 'train / validation / test', align: 'right' }, { title: 'imported' }],
          datasets.map((dataset) => [
            dataset.name,
            dataset.version.slice(0, 12) + (dataset.versionCount > 1 ? ` (${dataset.versionCount} versions)` : ''),
            String(dataset.classes.length),
            String(dataset.images),
            `${dataset.bySplit.train} / ${dataset.bySplit.validation} / ${dataset.bySplit.test}`,
            dataset.createdAt.toISOString().slice(0, 16).replace('T', ' '),
          ]),
        ),
      )
    })
}
