import type { Command } from 'commander'
import { connect } from './server-client.ts'
import { renderTable } from './table.ts'
import { print, printJson } from './terminal.ts'

/** Prints the models that the server knows. */
export async function listModels(options: { json?: boolean }, command: Command): Promise<void> {
  const models = await connect(command).call((api) => api.model.list.query())
  if (options.json) return printJson(models)
  print(
    renderTable(
      [{ title: 'model' }, { title: 'name' }, { title: 'parameters', align: 'right' }, { title: 'input' }, { title: 'weights' }, { title: 'trained on' }],
      models.map((model) => [
        model.id,
        model.name,
        model.parameters === 0 ? '-' : model.parameters.toLocaleString('en-US'), // the layers of custom-cnn are the recipe's
        model.preprocessing.inputSize.join('x'),
        model.availability.state,
        model.trainedOn ?? '-',
      ]),
    ),
  )
  const missing = models.filter((model) => model.availability.state === 'unavailable')
  for (const model of missing) print(`${model.id} is unavailable: ${model.availability.reason ?? ''}`)
}
