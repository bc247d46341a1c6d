import type { Recipe } from '@graft/contracts/recipe'
import type { ParsedSweepRequest, SweepEstimate } from '@graft/contracts/sweep'
import type { Budget } from '@graft/contracts/sweep-search'
import type { DatabaseOrTransaction } from '@graft/db/client'
import { recipeHash } from '../recipe/recipe-hash.ts'
import { countOnlineSlots } from '../worker/online-workers.ts'
import { applyConfiguration } from './apply-configuration.ts'
import { elapsedSeconds, estimateCost, type Cost } from './estimate-seconds.ts'
import { estimateDisk } from './estimate-disk.ts'
import { measuredArtifactBytes, measuredTrials } from './measured-trials.ts'
import type { PreparedSweep } from './prepare-sweep.ts'
import { sweepPoints, type SweepPoint } from './sweep-points.ts'
import { memoryForecast } from './training-plans.ts'

/** Configurations of a search whose cost is looked at; the others are taken to cost as much on average. */
const sampled = 12

export interface Sample {
  recipe: Recipe
  points: SweepPoint[]
}

/** What a sweep would take, from what this team's workers measured before where they did. */
export async function forecastSweep(db: DatabaseOrTransaction, request: ParsedSweepRequest, prepared: PreparedSweep): Promise<SweepEstimate> {
  const samples = await forecastSamples(db, request, prepared)
  const measuredBy = new Map<string, Cost>()
  const modelIds = prepared.targets.models.map(({ id }) => id)
  for (const { recipe, points } of samples) {
    const hash = recipeHash(recipe)
    const open = points.filter(({ existing }) => existing?.state !== 'finished')
    measuredBy.set(hash, estimateCost(open, await measuredTrials(db, modelIds, hash), lengthOf(recipe)))
  }
  const costs = [...measuredBy.values()]
  const each = {
    extraction: Math.max(0, ...costs.map(({ extractionSeconds }) => extractionSeconds)), // features are made once for all configurations
    training: mean(costs.map(({ trainingSeconds }) => trainingSeconds)),
    images: mean(samples.map(imagesSeen)),
  }
  const configurations = prepared.search === null ? 1 : expectedConfigurations(request.search?.budget ?? {}, prepared, each)
  const trials = configurations * prepared.pointsEach
  const alreadyDone = samples.flatMap(({ points }) => points).filter(({ existing }) => existing?.state === 'finished').length
  const workSeconds = each.extraction + configurations * each.training
  const workers = await countOnlineSlots(db)
  const artifactBytes = await measuredArtifactBytes(db, modelIds)
  return {
    trials,
    configurations,
    alreadyDone: Math.min(alreadyDone, trials),
    workSeconds,
    seconds: elapsedSeconds(workSeconds, workers, trials - alreadyDone),
    basis: costs.every(({ basis }) => basis === 'measured') ? 'measured' : 'assumed',
    images: configurations * each.images,
    disk: estimateDisk(samples, configurations, artifactBytes),
    memory: await memoryForecast(db, samples),
    workers,
  }
}

/** The one recipe with all its points; or some configurations of the search with theirs. */
export async function forecastSamples(db: DatabaseOrTransaction, request: ParsedSweepRequest, { search, targets, targetsOf }: PreparedSweep): Promise<Sample[]> {
  if (search === null) return [{ recipe: request.recipe, points: await sweepPoints(db, targets, recipeHash(request.recipe), request.seeds) }]
  const samples: Sample[] = []
  for (const configuration of search.samples.slice(0, sampled)) {
    const recipe = applyConfiguration(request.recipe, configuration)
    samples.push({ recipe, points: await sweepPoints(db, targetsOf(configuration), recipeHash(recipe), request.seeds) })
  }
  return samples
}

const lengthOf = ({ phases }: Recipe): { epochs: number; fineTuningEpochs: number } => ({
  epochs: phases.reduce((sum, phase) => sum + phase.epochs, 0),
  fineTuningEpochs: phases.reduce((sum, { kind, epochs }) => sum + (kind === 'fine-tuning' ? epochs : 0), 0),
})

const imagesSeen = ({ recipe, points }: Sample): number => points.filter(({ existing }) => existing?.state !== 'finished').reduce((sum, { version }) => sum + version.trainCount * lengthOf(recipe).epochs, 0)

/** How far the budget goes, at most as far as the space. */
function expectedConfigurations(budget: Budget, { search, pointsEach }: PreparedSweep, each: { extraction: number; training: number; images: number }): number {
  const limits = [
    search?.size ?? Infinity,
    budget.trials === undefined ? Infinity : Math.floor(budget.trials / pointsEach),
    budget.seconds === undefined ? Infinity : Math.ceil((budget.seconds - each.extraction) / Math.max(each.training, 1e-3)),
    budget.images === undefined ? Infinity : Math.ceil(budget.images / Math.max(each.images, 1)),
  ]
  return Math.max(1, Math.min(...limits))
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
