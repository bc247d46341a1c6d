import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { fromErrorReport, GraftError } from '@graft/contracts/errors'
import type { UploadedFile } from '@graft/contracts/job'
import { isTerminal } from '@graft/contracts/trial'
import type { PredictionJobView } from '@graft/contracts/views'
import { pollUntil } from './poll.ts'
import { showJob, startProgress } from './progress.ts'
import { connect, type ServerClient } from './server-client.ts'
import { bar, paint, percent, print, printable, printJson, remark } from './terminal.ts'

export interface PredictOptions { trial?: string; dataset?: string; json?: boolean }

/** What the server takes at once. */
const mostImages = 64

/** Uploads images and prints their classes, most probable first. @throws GraftError, also when any image could not be read. */
export async function predictImages(images: readonly string[], options: PredictOptions, command: Command): Promise<void> {
  if (images.length > mostImages) throw new GraftError('invalid_input', `${images.length} images are too many: at most ${mostImages} at once.`, { hint: 'Split them over several commands.' })
  for (const image of images) await requireImageFile(image)
  const client = connect(command)
  const uploaded: UploadedFile[] = []
  for (const image of images) uploaded.push(await upload(client, image))
  const { id } = await client.call((api) => api.prediction.create.mutate({ trialId: options.trial ?? null, ...(options.dataset === undefined ? {} : { dataset: options.dataset }), images: uploaded }))
  const view = await wait(client, id)
  if (!view.predictions) throw view.error ? fromErrorReport(view.error) : new GraftError('aborted', `The prediction was ${view.state}.`)
  if (options.json) printJson({ trialId: view.trialId, model: view.model, dataset: view.dataset, predictions: view.predictions.map(({ path: file, classes, error }) => ({ path: file, classes, error })) })
  else show(view)
  const failed = view.predictions.filter((prediction) => prediction.error !== null)
  if (failed[0]) throw new GraftError('corrupt', `${view.predictions.length === 1 ? 'The image' : `${failed.length} of ${view.predictions.length} images`} could not be classified: ${failed[0].path}: ${failed[0].error ?? ''}`, { hint: 'JPEG, PNG, WebP, GIF, TIFF and AVIF files are understood.' })
}

async function requireImageFile(file: string): Promise<void> {
  const there = await stat(file).catch(() => null)
  if (!there) throw new GraftError('not_found', `There is no image ${file}.`, { hint: 'Give the paths of image files.' })
  if (!there.isFile()) throw new GraftError('invalid_input', `${file} is no file.`, { hint: 'Give the paths of image files, not of folders.' })
  if (there.size === 0) throw new GraftError('invalid_input', `The image ${file} is empty (0 bytes).`, { hint: 'Copy or download it again.' })
}

async function upload(client: ServerClient, file: string): Promise<UploadedFile> {
  const response = await client.request('/api/uploads/blob', { method: 'POST', body: await openAsBlob(file), headers: { 'content-type': 'application/octet-stream' } })
  const { sha256, bytes } = (await response.json()) as { sha256: string; bytes: number }
  return { path: path.basename(file), sha256, bytes }
}

async function wait(client: ServerClient, id: string): Promise<PredictionJobView> {
  const progress = await startProgress('predict')
  try {
    return await pollUntil(
      () => client.ask((api) => api.prediction.get.query({ id })),
      (view) => isTerminal(view.state),
      (view) => showJob(progress, view),
    )
  } finally {
    progress.stop()
  }
}

function show(view: PredictionJobView): void {
  remark(`${view.model} trained on ${printable(view.dataset)} (trial ${view.trialId})`)
  for (const { path: file, classes, error } of view.predictions ?? []) {
    print(paint('bold', printable(file)))
    if (error !== null) print(`  ${paint('red', printable(error))}`)
    for (const { className, probability } of classes.slice(0, 5)) print(`  ${bar(probability)} ${percent(probability).padStart(6)}  ${printable(className)}`)
  }
}
