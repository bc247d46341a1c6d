import { list as listAudit } from './audit/list.ts'
import { create as createAugmentationPreview } from './augmentation-preview/create.ts'
import { get as getAugmentationPreview } from './augmentation-preview/get.ts'
import { get as getDataset } from './dataset/get.ts'
import { images } from './dataset/images.ts'
import { issues } from './dataset/issues.ts'
import { list as listDatasets } from './dataset/list.ts'
import { evaluate as evaluateEnsemble } from './ensemble/evaluate.ts'
import { onChange } from './events/on-change.ts'
import { cancel as cancelImport } from './import/cancel.ts'
import { create as createImport } from './import/create.ts'
import { get as getImport } from './import/get.ts'
import { start as startImport } from './import/start.ts'
import { get as getJob } from './job/get.ts'
import { get as getLeaderboard } from './leaderboard/get.ts'
import { list as listModels } from './model/list.ts'
import { registerWeights } from './model/register-weights.ts'
import { sync as syncModels } from './model/sync.ts'
import { add as addPerson } from './person/add.ts'
import { list as listPeople } from './person/list.ts'
import { me } from './person/me.ts'
import { set as setPerson } from './person/set.ts'
import { create as createPrediction } from './prediction/create.ts'
import { get as getPrediction } from './prediction/get.ts'
import { create as createQuickCheck } from './quick-check/create.ts'
import { get as getQuickCheck } from './quick-check/get.ts'
import { latest as latestQuickChecks } from './quick-check/latest.ts'
import { presets } from './recipe/presets.ts'
import { missing } from './storage/missing.ts'
import { bestSoFar } from './sweep/best-so-far.ts'
import { cancel as cancelSweep } from './sweep/cancel.ts'
import { clone as cloneSweep } from './sweep/clone.ts'
import { create as createSweep } from './sweep/create.ts'
import { curves } from './sweep/curves.ts'
import { estimate as estimateSweep } from './sweep/estimate.ts'
import { extend as extendSweep } from './sweep/extend.ts'
import { get as getSweep } from './sweep/get.ts'
import { importance } from './sweep/importance.ts'
import { list as listSweeps } from './sweep/list.ts'
import { pause as pauseSweep } from './sweep/pause.ts'
import { plan } from './sweep/plan.ts'
import { points } from './sweep/points.ts'
import { request as sweepRequest } from './sweep/request.ts'
import { resume as resumeSweep } from './sweep/resume.ts'
import { retry as retrySweep } from './sweep/retry.ts'
import { setPriority } from './sweep/set-priority.ts'
import { trials as sweepTrials } from './sweep/trials.ts'
import { add as addToken } from './token/add.ts'
import { list as listTokens } from './token/list.ts'
import { revoke } from './token/revoke.ts'
import { best } from './trial/best.ts'
import { cancel as cancelTrial } from './trial/cancel.ts'
import { confusion } from './trial/confusion.ts'
import { exportTrial } from './trial/export.ts'
import { get as getTrial } from './trial/get.ts'
import { metrics as trialMetrics } from './trial/metrics.ts'
import { onMetrics } from './trial/on-metrics.ts'
import { predictions } from './trial/predictions.ts'
import { retry as retryTrial } from './trial/retry.ts'
import { trained } from './trial/trained.ts'
import { router } from './trpc.ts'
import { addFeaturePack } from './worker/add-feature-pack.ts'
import { checkpoint } from './worker/checkpoint.ts'
import { claim } from './worker/claim.ts'
import { claimFeatureShard } from './worker/claim-feature-shard.ts'
import { drain } from './worker/drain.ts'
import { fail } from './worker/fail.ts'
import { featurePacks } from './worker/feature-packs.ts'
import { finish } from './worker/finish.ts'
import { heartbeat } from './worker/heartbeat.ts'
import { invite } from './worker/invite.ts'
import { leave } from './worker/leave.ts'
import { list as listWorkers } from './worker/list.ts'
import { metrics as workerMetrics } from './worker/metrics.ts'
import { pause as pauseAttempt } from './worker/pause.ts'
import { prune } from './worker/prune.ts'
import { register } from './worker/register.ts'
import { release } from './worker/release.ts'
import { releaseFeatureShard } from './worker/release-feature-shard.ts'
import { renew } from './worker/renew.ts'
import { resume as resumeWorker } from './worker/resume.ts'

/** All procedures, each in a file of its own. Every one of them names the callers it lets in: see `trpc.ts`. */
export const appRouter = router({
  dataset: router({ list: listDatasets, get: getDataset, images, issues }),
  import: router({ create: createImport, start: startImport, get: getImport, cancel: cancelImport }),
  model: router({ list: listModels, registerWeights, sync: syncModels }),
  quickCheck: router({ create: createQuickCheck, get: getQuickCheck, latest: latestQuickChecks }),
  augmentationPreview: router({ create: createAugmentationPreview, get: getAugmentationPreview }),
  person: router({ list: listPeople, me, add: addPerson, set: setPerson }),
  token: router({ list: listTokens, add: addToken, revoke }),
  audit: router({ list: listAudit }),
  recipe: router({ presets }),
  storage: router({ missing }),
  sweep: router({
    estimate: estimateSweep,
    plan,
    create: createSweep,
    list: listSweeps,
    get: getSweep,
    trials: sweepTrials,
    points,
    curves,
    importance,
    bestSoFar,
    request: sweepRequest,
    pause: pauseSweep,
    resume: resumeSweep,
    cancel: cancelSweep,
    setPriority,
    extend: extendSweep,
    clone: cloneSweep,
    retry: retrySweep,
  }),
  trial: router({
    get: getTrial,
    metrics: trialMetrics,
    onMetrics,
    confusion,
    predictions,
    retry: retryTrial,
    cancel: cancelTrial,
    best,
    trained,
    export: exportTrial,
  }),
  leaderboard: router({ get: getLeaderboard }),
  ensemble: router({ evaluate: evaluateEnsemble }),
  worker: router({ list: listWorkers, drain, resume: resumeWorker, register, heartbeat, claim, renew, metrics: workerMetrics, checkpoint, invite, finish, fail, prune, pause: pauseAttempt, release, leave, featurePacks, addFeaturePack, claimFeatureShard, releaseFeatureShard }),
  prediction: router({ create: createPrediction, get: getPrediction }),
  job: router({ get: getJob }),
  events: router({ onChange }),
})
export type AppRouter = typeof appRouter
