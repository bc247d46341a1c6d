import path from 'node:path'
import { importIssueKinds, importRequestSchema, type DatasetManifest, type ImportReport, type Split, type SplitRule } from '@graft/contracts/dataset'
import { seedSchema } from '@graft/contracts/identifier'
import { overallFraction } from '@graft/contracts/overall-fraction'
import type { ExportFormat, MetricPoint } from '@graft/contracts/trial'
import { fingerprintDataset } from '@graft/core/dataset/fingerprint'
import { openFolder } from '@graft/core/dataset/folder-source'
import { importDataset } from '@graft/core/dataset/import'
import { exportModel } from '@graft/core/export/export-model'
import { createOnnxGraphRuntime } from '@graft/core/runtime/onnx/onnx-graph-runtime'
import { openRuntime } from '@graft/core/runtime/open-runtime'
import { runTrial, type TrialResult } from '@graft/core/trial/run-trial'
import type { TrialOptions } from '@graft/core/trial/trial-options'
import { createCheckpointFolder } from '@graft/storage/checkpoint-folder'
import { createFeatureCache } from '@graft/storage/feature-cache'
import { readEnvironment } from '../env.ts'
import { parseFormats } from '../export-formats.ts'
import { requireInput } from '../input.ts'
import { startProgress, stretch } from '../progress.ts'
import { readRecipe, type RecipeOptions } from '../recipe-option.ts'
import { counted, duration, paint, percent, print, printable, printJson, remark } from '../terminal.ts'
import { chosenModel, chosenWeights, givenWeights } from './chosen-model.ts'
import { interruptible } from './interruption.ts'
import { openOutputFolder, type OutputFolder } from './output-folder.ts'

export interface TrainFolderOptions extends RecipeOptions {
  model: string
  out: string
  weights?: string
  device: string
  seed: string
  split: string
  splitSeed: string
  validation: boolean
  format?: string
  overwrite?: boolean
  resume?: boolean
  json?: boolean
}

/**
 * Imports a folder, trains on it and writes metrics.jsonl (a line an epoch, as it happens), predictions.csv, summary.json,
 * weights.safetensors, the model (ONNX unless other formats are asked for), labels.txt, model-card.md and import-report.json. What cannot work is said before anything is written.
 */
export async function trainFolder(folder: string, options: TrainFolderOptions): Promise<void> {
  const recipe = await readRecipe(options)
  const model = chosenModel(options.model)
  const seed = requireInput(seedSchema, Number(options.seed), '--seed')
  const splitRule = requireInput(importRequestSchema.shape.splitRule, options.split, '--split', 'Choose auto, 80/10/10, seed-study or folders.')
  const splitSeed = requireInput(seedSchema, Number(options.splitSeed), '--split-seed')
  const formats = parseFormats(options.format)
  const out = await openOutputFolder(options.out, (options.overwrite ?? false) || (options.resume ?? false))
  const checkpoints = createCheckpointFolder(path.join(options.out, 'checkpoints'))
  const source = await openFolder(folder)
  const progress = await startProgress('train')
  try {
    await interruptible(async (signal) => {
      const cacheFolder = readEnvironment().cacheFolder
      const runtime = await openRuntime(options.device, { cacheFolder, signal })
      // What was given is looked at before anything takes time; what has to be fetched, once the folder is known to be good.
      const given = options.weights === undefined ? null : await givenWeights(model, options.weights, signal)
      const imported = await importDataset({ source, splitRule, seed: splitSeed, onProgress: (done, total) => progress.update(total > 0 ? (0.25 * done) / total : null, 'reading images'), signal })
      const manifest = options.validation ? imported.manifest : withoutValidation(imported.manifest)
      tellIssues(imported.report)
      if (!options.validation) remark(`--no-validation: all ${countBySplit(manifest).train} images but the test images are trained on; the last epoch is kept.`)
      const weightFile = given ?? (await chosenWeights(model, undefined, { cacheFolder, onProgress: (bytes, total) => progress.update(total === null ? null : 0.25 + (0.05 * bytes) / total, 'downloading weights'), signal }))
      const trial: TrialOptions = {
        runtime,
        model,
        weightFile,
        manifest,
        recipe,
        seed,
        read: (image) => source.read(image.path, signal),
        features: createFeatureCache(path.join(cacheFolder, 'features')),
        onProgress: (told) => stretch(progress, 0.3, 1).update(overallFraction(told), `${told.stage} ${told.message}`),
        onMetrics: (points) => out.appendLine('metrics.jsonl', metricsLine(points)),
        onPlan: ({ words }) => remark(words),
        checkpoints,
        signal,
      }
      if (!options.resume) await checkpoints.clear()
      const result = await runTrial(trial)
      const summary = await writeResults(out, trial, result, { folder, report: imported.report, formats })
      await checkpoints.clear()
      progress.stop()
      if (options.json) printJson(summary)
      else tellResult(result, options.out)
    })
  } finally {
    progress.stop()
    await Promise.all([source.close(), out.close()])
  }
}

/** Validation images join the training images, as the seed study's own recipe has it. */
function withoutValidation(manifest: DatasetManifest): DatasetManifest {
  const images = manifest.images.map((image) => (image.split === 'validation' ? { ...image, split: 'train' as const } : image))
  return { ...manifest, images, fingerprint: fingerprintDataset(manifest.classes, images) }
}

/** `{"epoch":1,"train/loss":…}` */
function metricsLine(points: readonly MetricPoint[]): string {
  return JSON.stringify({ epoch: points[0]?.step, ...Object.fromEntries(points.map((point) => [point.name, point.value])) })
}

async function writeResults(out: OutputFolder, trial: TrialOptions, result: TrialResult, data: { folder: string; report: ImportReport; formats: ExportFormat[] }): Promise<Record<string, unknown>> {
  const { manifest, model, weightFile, recipe, seed, features, read, runtime, onProgress, signal } = trial
  const { summary } = result
  const datasetName = path.basename(path.resolve(data.folder))
  const exported = await exportModel({
    runtime,
    graphs: await createOnnxGraphRuntime(),
    trained: { model, weightFile, classes: manifest.classes, trainedWeights: result.trainedWeights },
    manifest,
    datasetName,
    recipe,
    seed,
    summary,
    formats: data.formats,
    read,
    recorded: result.probabilities.slice(summary.validation.images * manifest.classes.length),
    features,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  })
  const written = {
    dataset: { name: datasetName, version: manifest.fingerprint, classes: manifest.classes, splitRule: manifest.splitRule satisfies SplitRule, images: countBySplit(manifest) },
    model: model.id,
    weights: weightFile?.info ?? null,
    recipe,
    seed,
    ...summary,
    versions: summary.environment.versions,
    exported: exported.rescored,
  }
  await out.write('predictions.csv', result.predictionsCsv)
  await out.write('weights.safetensors', result.trainedWeights)
  for (const { name, bytes } of exported.files) await out.write(name, bytes)
  await out.write('import-report.json', `${JSON.stringify(data.report, null, 2)}\n`)
  // Last: where it is, everything is.
  await out.write('summary.json', `${JSON.stringify(written, null, 2)}\n`)
  return written
}

function countBySplit(manifest: DatasetManifest): Record<Split, number> {
  const count = (split: Split): number => manifest.images.filter((image) => image.split === split).length
  return { train: count('train'), validation: count('validation'), test: count('test') }
}

function tellIssues(report: ImportReport): void {
  for (const note of report.notes ?? []) remark(printable(note))
  const leftOut = report.issues.filter((issue) => importIssueKinds[issue.kind] === 'error')
  for (const issue of leftOut.slice(0, 5)) remark(`left out: ${printable(issue.path)}: ${printable(issue.reason)}`)
  if (leftOut.length > 5) remark(`… and ${leftOut.length - 5} more; import-report.json has all of them.`)
}

function tellResult({ summary }: TrialResult, out: string): void {
  const { test, features, timings } = summary
  print(`${paint('green', '✓')} test accuracy ${paint('bold', percent(test.accuracy))} (95% interval ${percent(test.interval[0])} to ${percent(test.interval[1])}, ${counted(test.images, 'image')}), epoch ${summary.bestEpoch} of ${summary.epochs}`)
  if (features.problem !== undefined) remark(features.problem)
  const reuse = features.reused > 0 ? `; ${features.reused} of ${features.reused + features.computed} features from the cache saved ${duration(features.secondsSaved)}` : ''
  print(`  ${duration(timings.total)}: decoding ${duration(timings.decode)}, features ${duration(timings.extraction)}, training ${duration(timings.training)}${reuse}`)
  print(`  results in ${printable(out)}`)
}
