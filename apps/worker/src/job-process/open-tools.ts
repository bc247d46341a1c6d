import path from 'node:path'
import { createOnnxRuntime } from '@graft/core/runtime/onnx/onnx-runtime'
import { openRuntime, requireOnnxDevice } from '@graft/core/runtime/open-runtime'
import { createCacheBound, fannedOut } from '@graft/storage/cache-bound'
import { createFeatureCache, featurePacks } from '@graft/storage/feature-cache'
import { createRemoteBlobStore } from '@graft/storage/remote-blob-store'
import { createSharedFeatures } from '@graft/storage/shared-features'
import { downloadedWeights } from '../downloaded-weights.ts'
import type { JobContext } from '../job-context.ts'
import { createFeatureIndex } from '../feature-index.ts'
import { createWorkerClient } from '../worker-client.ts'
import { createThreadRuntime } from '../runtime/thread-runtime.ts'
import type { JobProcessOptions } from './messages.ts'

export type JobTools = Pick<JobContext, 'runtime' | 'graphs' | 'blobs' | 'features' | 'cacheFolder' | 'cacheBound' | 'checkpointSeconds'>

/**
 * Opens the device and the storage.
 * @throws GraftError `invalid_input` for an unknown device, `unavailable` with the reason for one that is not usable here.
 */
export async function openTools({ server, token, cacheFolder, maxCacheBytes, device, threads, checkpointSeconds, shardImages }: JobProcessOptions): Promise<JobTools> {
  const tensorflow = device === 'tensorflow' ? await openRuntime(device, { cacheFolder, threads }) : null
  if (tensorflow === null) await requireOnnxDevice(device)
  // onnxruntime holds the thread that calls it for a whole run: in this one nobody could hear a cancel or read the next images.
  const graphs = await createThreadRuntime({ ...(tensorflow === null && { device }), ...(threads !== undefined && { threads }) })
  const folder = (name: string): string => path.join(cacheFolder, name)
  const bound = createCacheBound(maxCacheBytes, [fannedOut(folder('blobs')), featurePacks(folder('features')), downloadedWeights(folder('models'))])
  const blobs = createRemoteBlobStore({ server, token, cacheFolder: folder('blobs'), bound, retry: { attempts: 12, firstDelayMilliseconds: 250 } })
  return {
    graphs,
    runtime: tensorflow ?? (await createOnnxRuntime({ graphs })),
    blobs,
    features: createSharedFeatures({ local: createFeatureCache(folder('features'), { bound }), blobs, index: createFeatureIndex(createWorkerClient({ server, token })), ...(shardImages !== undefined && { shardImages }), onProblem: (problem) => console.error(problem) }),
    cacheFolder,
    cacheBound: bound,
    ...(checkpointSeconds !== undefined && { checkpointSeconds }),
  }
}
