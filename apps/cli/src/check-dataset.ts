import type { Command } from 'commander'
import { fromErrorReport, GraftError } from '@graft/contracts/errors'
import { isTerminal } from '@graft/contracts/trial'
import { pollUntil } from './poll.ts'
import { printQuickCheck } from './print-quick-check.ts'
import { showJob, startProgress } from './progress.ts'
import { connect } from './server-client.ts'
import { requireKnown } from './suggest.ts'

/** Quick check of a dataset on the server, done by one of its workers. */
export async function checkDataset(name: string, options: { model: string; json?: boolean }, command: Command): Promise<void> {
  const client = connect(command)
  const [datasets, models] = await client.call((api) => Promise.all([api.dataset.list.query(), api.model.list.query()]))
  requireKnown('dataset', name, datasets.map((dataset) => dataset.name))
  requireKnown('model', options.model, models.map((model) => model.id))
  const { id } = await client.call((api) => api.quickCheck.create.mutate({ dataset: name, model: options.model }))
  const progress = await startProgress('check')
  try {
    const view = await pollUntil(
      () => client.ask((api) => api.quickCheck.get.query({ id })),
      (answer) => isTerminal(answer.state),
      (answer) => showJob(progress, answer),
    )
    progress.stop()
    if (!view.samples) throw view.error ? fromErrorReport(view.error) : new GraftError('aborted', `The quick check was ${view.state}.`)
    printQuickCheck(view.samples, datasets.find((dataset) => dataset.name === name)?.classes ?? [], options)
  } finally {
    progress.stop()
  }
}
