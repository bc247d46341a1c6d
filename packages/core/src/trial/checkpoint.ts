import { createHash } from 'node:crypto'
import type { CheckpointStore } from '@graft/contracts/checkpoint-store'
import { canonicalJson } from '@graft/contracts/recipe'
import { z } from 'zod'
import type { Tensor } from '../network/description.ts'
import type { TrainingState } from '../runtime/runtime.ts'
import type { EpochMetrics } from '../training/epoch-metrics.ts'
import type { PhaseProgress } from '../training/train-epochs.ts'
import { readSafetensors, writeSafetensors } from '../weights/safetensors.ts'
import type { TrialOptions } from './trial-options.ts'

const number = z.number().nullable().transform((value) => value ?? Number.NaN)
const metricsSchema = z.object({ epoch: z.number(), trainLoss: number, trainAccuracy: number, validationLoss: number, validationAccuracy: number, seconds: number })
const metadataSchema = z.object({
  format: z.literal('graft-checkpoint-1'),
  trial: z.string(),
  phases: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(z.object({ history: z.array(metricsSchema), bestEpoch: z.number(), isThrough: z.boolean() }))),
})

/** What the trial is: a checkpoint of anything else, or of another machine's runtime, is not gone on from. */
export function trialKey({ runtime, model, weightFile, manifest, recipe, seed }: TrialOptions): string {
  const { name, device, versions } = runtime
  return createHash('sha256').update(canonicalJson({ runtime: { name, device, versions }, model, weights: weightFile?.info.sha256 ?? null, dataset: manifest.fingerprint, recipe, seed })).digest('hex')
}

/** The phases of a trial so far as one safetensors file: the last one may be under way, those before it are through. */
export function writeCheckpoint(key: string, phases: readonly PhaseProgress[]): Uint8Array {
  const tensors: Record<string, Tensor> = {}
  for (const [index, { best, state }] of phases.entries()) {
    for (const [layer, own] of best.weights) for (const [name, tensor] of Object.entries(own)) tensors[`${index}/best/${layer}/${name}`] = tensor
    for (const [name, tensor] of Object.entries(state ?? {})) tensors[`${index}/state/${name}`] = tensor
  }
  const described = phases.map(({ history, best, state }) => ({ history, bestEpoch: best.epoch, isThrough: state === null }))
  return writeSafetensors(tensors, { format: 'graft-checkpoint-1', trial: key, phases: JSON.stringify(described) })
}

/** The phases that a checkpoint holds; null where it is of another trial, or cannot be read. */
export function readCheckpoint(bytes: Uint8Array, key: string): PhaseProgress[] | null {
  try {
    const { tensors, metadata } = readSafetensors(bytes)
    const { trial, phases } = metadataSchema.parse(metadata)
    return trial === key ? phases.map((phase, index) => progressOf(phase, index, tensors)) : null
  } catch {
    // Whatever is wrong with it, the trial can begin anew.
    return null
  }
}

function progressOf(phase: { history: EpochMetrics[]; bestEpoch: number; isThrough: boolean }, index: number, tensors: Readonly<Record<string, Tensor>>): PhaseProgress {
  const weights = new Map<string, Record<string, Tensor>>()
  const state: Record<string, TrainingState[string]> = {}
  for (const [name, tensor] of Object.entries(tensors)) {
    if (name.startsWith(`${index}/state/`)) state[name.slice(`${index}/state/`.length)] = { type: 'float32', ...tensor }
    if (!name.startsWith(`${index}/best/`)) continue
    const path = name.slice(`${index}/best/`.length)
    const layer = path.slice(0, path.lastIndexOf('/'))
    weights.set(layer, { ...weights.get(layer), [path.slice(path.lastIndexOf('/') + 1)]: tensor })
  }
  return { history: phase.history, best: { epoch: phase.bestEpoch, weights }, state: phase.isThrough ? null : state }
}

/** The newest checkpoint that fits the trial; no phases where there is none. */
export async function latestCheckpoint(store: CheckpointStore | undefined, key: string, signal?: AbortSignal): Promise<readonly PhaseProgress[]> {
  if (store === undefined) return []
  for await (const bytes of store.read(signal)) {
    const phases = readCheckpoint(bytes, key)
    if (phases !== null) return phases
  }
  return []
}
