import { randomUUID } from 'node:crypto'
import type { DatasetManifest, ImportReport, ManifestImage, Split } from '@graft/contracts/dataset'
import type { JobKind, JobResult } from '@graft/contracts/job'
import { modelDescriptionSchema, type ModelDescription } from '@graft/contracts/model'
import type { Recipe } from '@graft/contracts/recipe'
import { seedRecipe } from '@graft/contracts/recipe/presets'
import type { Environment, Prediction, TrialSummary } from '@graft/contracts/trial'
import { workerProtocolVersion, type ClaimedJob } from '@graft/contracts/worker-protocol'
import { sha256Of, type TestServer } from './test-server.ts'

export const environment: Environment = { device: 'cpu', cpu: 'test', cores: 2, platform: 'linux', versions: { graft: '0' } }
export const capacity = { device: 'cpu', slots: 1, memoryBytes: 8 * 2 ** 30, labels: {} }

/** The smallest thing that begins as a JPEG does; `seed` makes them differ. */
export const fakeJpeg = (seed: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(seed)])

export function describeModel(id: string, pretrained: boolean): ModelDescription {
  return modelDescriptionSchema.parse({
    id,
    name: id.toUpperCase(),
    architecture: pretrained ? 'MobileNetV2' : 'three-layer-convnet',
    preprocessing: { mode: 'tf', inputSize: [224, 224] },
    featureLayer: 'out_relu',
    pretrained,
    trainedOn: pretrained ? 'ImageNet' : null,
    licence: 'Apache-2.0',
    source: 'test',
    parameters: 2_257_984,
  })
}

/** Three models: one ships with Graft, one is trained from scratch, one has no weights to be had. */
export async function syncModels({ worker }: TestServer): Promise<void> {
  await worker.model.sync({
    models: [
      { model: describeModel('mobilenet-v2', true), availability: { state: 'bundled', reason: null }, hasTop: true, weights: null },
      { model: describeModel('three-layer-convnet', false), availability: { state: 'from-scratch', reason: null }, hasTop: false, weights: null },
      { model: describeModel('vgg16', true), availability: { state: 'unavailable', reason: 'No network.' }, hasTop: false, weights: null },
    ],
  })
}

export async function registerWorker({ worker }: TestServer, name = 'one'): Promise<string> {
  return (await worker.worker.register({ ...capacity, name, protocolVersion: workerProtocolVersion, environment })).workerId
}

/** Claims a job that must be there. */
export async function claimNow({ worker }: TestServer, workerId: string, kinds: JobKind[]): Promise<ClaimedJob> {
  const { job } = await worker.worker.claim({ workerId, claimId: randomUUID(), kinds, waitSeconds: 0 })
  if (job === null) throw new Error(`No ${kinds.join()} job waits.`)
  return job
}

/** Two classes, `perSplit` images of each in every split; `salt` makes another content. */
export function makeManifest(perSplit: number, salt = ''): DatasetManifest {
  const images: ManifestImage[] = []
  for (const [classIndex, className] of ['cat', 'dog'].entries()) {
    for (const split of ['test', 'train', 'validation'] as Split[]) {
      for (let index = 0; index < perSplit; index += 1) {
        const path = `${className}/${split}-${String(index).padStart(3, '0')}.jpg`
        images.push({ sha256: sha256Of(fakeJpeg(path + salt)), path, classIndex, split, width: 4, height: 4, bytes: fakeJpeg(path + salt).length, perceptualHash: '0123456789abcdef', thumbnail: sha256Of(`thumbnail ${path}${salt}`) })
      }
    }
  }
  return { fingerprint: sha256Of(`manifest ${perSplit} ${salt}`), classes: ['cat', 'dog'], splitRule: '80/10/10', seed: 0, images }
}

const noIssues: ImportReport['issues'] = []

/** An import from upload to dataset version, as browser and worker do it. */
export async function importDataset(test: TestServer, workerId: string, name: string, manifest: DatasetManifest, issues = noIssues): Promise<string> {
  const { importId } = await test.user.import.create({ name, source: 'files' })
  const upload = await test.fetch(`/api/uploads/${importId}/files?path=cat/1.jpg`, { method: 'PUT', body: fakeJpeg('upload'), token: test.userToken })
  if (!upload.ok) throw new Error(await upload.text())
  await test.user.import.start({ importId })
  const job = await claimNow(test, workerId, ['import'])
  const { sha256 } = await test.server.blobs.write(Buffer.from(JSON.stringify(manifest)))
  const report = { filesFound: manifest.images.length + issues.length, imagesKept: manifest.images.length, seconds: 1, issues, notes: ['One hidden file was passed over.'] }
  await test.worker.worker.finish({ jobId: job.jobId, attempt: job.attempt, workerId, result: { kind: 'import', manifest, manifestSha256: sha256, report } })
  return importId
}

/** A trial's result: which images are right is the caller's choice. */
export function makeTrialResult(manifest: DatasetManifest, isCorrect: (image: ManifestImage, index: number) => boolean, seconds = 10): JobResult & { kind: 'trial' } {
  const predictions = manifest.images
    .filter(({ split }) => split !== 'train')
    .map((image, index): Prediction => {
      const correct = isCorrect(image, index)
      const probability = 0.6 + (index % 4) / 10
      return { sha256: image.sha256, path: image.path, split: image.split, label: image.classIndex, predicted: correct ? image.classIndex : 1 - image.classIndex, probability, labelProbability: correct ? probability : 1 - probability, correct }
    })
  const test = predictions.filter(({ split }) => split === 'test')
  const right = test.filter(({ correct }) => correct).length
  const score = { accuracy: right / test.length, loss: 0.5, images: test.length, correct: right, interval: [0, 1] as [number, number] }
  const summary: TrialSummary = {
    bestEpoch: 2,
    epochs: 3,
    validation: score,
    test: score,
    timings: { decode: 1, extraction: 4, training: 3, evaluation: 1, total: seconds },
    features: { reused: 0, computed: manifest.images.length, secondsSaved: 0 },
    parameters: { total: 10, trainable: 5 },
    weightsSha256: sha256Of('weights'),
    environment,
  }
  return { kind: 'trial', summary, predictions, artifacts: [], weights: null }
}

/** A recipe as it is, with a batch that fits the small datasets of tests. */
export const inSmallBatches = (recipe: Recipe): Recipe => ({ ...recipe, phases: recipe.phases.map((phase) => ({ ...phase, batchSize: 2 })) })

/** The seed study's recipe, in small batches. */
export const smallRecipe = inSmallBatches(seedRecipe)

export const sweepOf = (datasets: string[], models: string[], seeds: number[]) => ({ datasets, models, seeds, recipe: smallRecipe })
