import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { fromErrorReport, GraftError } from '@graft/contracts/errors'
import { isTerminal, type ArtifactKind } from '@graft/contracts/trial'
import type { TrialView } from '@graft/contracts/views'
import { parseFormats } from './export-formats.ts'
import { pollUntil } from './poll.ts'
import { showJob, startProgress } from './progress.ts'
import { connect, type ServerClient } from './server-client.ts'
import { print, printable } from './terminal.ts'

const exported: ReadonlySet<ArtifactKind> = new Set(['onnx', 'keras-h5', 'tfjs-model', 'tfjs-weights', 'safetensors', 'labels', 'model-card'])

/** Has a worker write and re-score the model, then fetches its files. */
export async function exportTrial(id: string, options: { out?: string; format?: string }, command: Command): Promise<void> {
  const formats = parseFormats(options.format)
  const client = connect(command)
  const trial = await client.call((api) => api.trial.get.query({ id }))
  const { jobId } = await client.call((api) => api.trial.export.mutate({ id, formats }))
  const progress = await startProgress('export')
  try {
    const job = await pollUntil(
      () => client.ask((api) => api.job.get.query({ id: jobId })),
      (view) => isTerminal(view.state),
      (view) => showJob(progress, view),
    )
    progress.stop()
    if (job.state !== 'finished') throw job.error ? fromErrorReport(job.error) : new GraftError('aborted', `The export was ${job.state}.`)
  } finally {
    progress.stop()
  }
  const { artifacts } = await client.ask((api) => api.trial.get.query({ id }))
  const folder = options.out ?? folderName(trial)
  await mkdir(folder, { recursive: true })
  for (const artifact of artifacts) if (exported.has(artifact.kind)) await download(client, artifact, folder)
}

/** `birds-mobilenet-v2-seed-0`, without what file systems mind. */
function folderName({ dataset, model, seed }: TrialView): string {
  return `${dataset}-${model}-seed-${seed}`.replace(/[^\p{L}\p{N}._ -]+/gu, '_').replace(/^\.+/, '_')
}

async function download(client: ServerClient, { id, name }: TrialView['artifacts'][number], folder: string): Promise<void> {
  // The name comes from the server: it may not lead out of the folder.
  const file = path.join(folder, path.basename(name))
  const response = await client.request(`/api/artifacts/${encodeURIComponent(id)}`)
  if (!response.body) throw new GraftError('unavailable', `The server sent nothing for ${name}.`, { hint: 'Try again.' })
  const part = `${file}.part`
  try {
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(part))
    await rename(part, file)
  } finally {
    await rm(part, { force: true })
  }
  print(printable(file))
}
