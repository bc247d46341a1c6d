import type { Command } from 'commander'

/** `graft models`: the catalog, and what is done with its weight files. */
export function addModelsCommand(program: Command): void {
  const models = program.command('models').description('list the models; add or download weight files, show a network')
  models
    .command('list', { isDefault: true })
    .description('list the models and whether their weights are here')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => (await import('../list-models.ts')).listModels(options, command))
  models
    .command('add')
    .description('give a weight file to the server: .h5, .weights.h5, .keras or .safetensors')
    .argument('<file>', 'weight file; which model it fits is found by its content')
    .option('--local', 'only place it into the cache of this machine, for the commands that need no server')
    .action(async (file: string, options: { local?: boolean }, command: Command) => (await import('../add-model.ts')).addModel(file, options, command))
  models
    .command('show')
    .description("layers, shapes and parameters, as Keras's summary (needs no server)")
    .argument('<model>', 'id of the model')
    .option('--top', 'with its classifier')
    .action(async (id: string, options: { top?: boolean }) => (await import('../show-model.ts')).showModel(id, options))
  models
    .command('download')
    .description('fetch the weights of a model into the cache of this machine (needs no server)')
    .argument('<model>', 'id of the model')
    .action(async (id: string) => (await import('../download-model.ts')).downloadModel(id))
}
