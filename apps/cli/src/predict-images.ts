import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { fromErrorReport, GraftError } from '@graft/contracts/errors'
import type { ImagePrediction, UploadedFile } from '@graft/contracts/job'
import { isTerminal } from '@graft/contracts/trial'
import type { PredictionJobView } from '@graft/contracts/views'
import { ensemblePredictions } from '@graft/core/prediction/ensemble'
import { pollUntil } from './poll.ts'
import { showJob, startProgress } from './progress.ts'
import { connect, type ServerClient } from './server-client.ts'
import { bar, paint, percent, print, printable, printJson, remark } from './terminal.ts'

export interface PredictOptions { trial?: string[]; dataset?: string; json?: boolean }

/** What the server takes at once. */
const mostImages = 64

/** Uploads images and prints their classes, most probable first. @throws GraftError, also when any image could not be read. */
export async function predictImages(images: readonly string[], options: PredictOptions, command: Command): Promise<void> {
  if (images.length > mostImages) throw new GraftError('invalid_input', `${images.length} images are too many: at most ${mostImages} at once.`, { hint: 'Split them over several commands.' })
  for (const image of images) await requireImageFile(image)
  const client = connect(command)
  const uploaded: UploadedFile[] = []
  for (const image of images) uploaded.push(await upload(client, image))
  const ids: string[] = []
  for (const trialId of options.trial ?? [null]) ids.push((await client.call((api) => api.prediction.create.mutate({ trialId, ...(options.dataset === undefined ? {} : { dataset: options.dataset }), images: uploaded }))).id)
  const views: PredictionJobView[] = []
  for (const id of ids) views.push(await wait(client, id))
  const answers = views.map(({ predictions, error, state }) => {
    if (predictions === null) throw error ? fromErrorReport(error) : new GraftError('aborted', `The prediction was ${state}.`)
    return predictions
  })
  const predictions = ensemblePredictions(answers)
  if (options.json) printJson({ ...described(views), predictions: predictions.map(({ path: file, classes, error }) => ({ path: file, classes, error })) })
  else show(views, predictions)
  const failed = predictions.filter((prediction) => prediction.error !== null)
  if (failed[0]) throw new GraftError('corrupt', `${predictions.length === 1 ? 'The image' : `${failed.length} of ${predictions.length} images`} could not be classified: ${failed[0].path}: ${failed[0].error ?? ''}`, { hint: 'JPEG, PNG, WebP, GIF, TIFF and AVIF files are understood.' })
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

/** Which model, or models, for readers of the JSON. */
function described(views: readonly PredictionJobView[]): object {
  const models = views.map(({ trialId, model, dataset }) => ({ trialId, model, dataset }))
  return models.length === 1 ? models[0]! : { ensemble: models }
}

function show(views: readonly PredictionJobView[], predictions: readonly ImagePrediction[]): void {
  for (const view of views) remark(`${view.model} trained on ${printable(view.dataset)} (trial ${view.trialId})`)
  for (const { path: file, classes, error } of predictions) {
    print(paint('bold', printable(file)))
    if (error !== null) print(`  ${paint('red', printable(error))}`)
    for (const { className, probability } of classes.slice(0, 5)) print(`  ${bar(probability)} ${percent(probability).padStart(6)}  ${printable(className)}`)
  }
}
