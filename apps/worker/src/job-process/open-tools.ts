import path from 'node:path'
import { createOnnxRuntime } from '@graft/core/runtime/onnx/onnx-runtime'
import { openRuntime, requireOnnxDevice } from '@graft/core/runtime/open-runtime'
import { createFeatureCache } from '@graft/storage/feature-cache'
import { createRemoteBlobStore } from '@graft/storage/remote-blob-store'
import type { JobContext } from '../job-context.ts'
import { createThreadRuntime } from '../runtime/thread-runtime.ts'
import type { JobProcessOptions } from './messages.ts'

export type JobTools = Pick<JobContext, 'runtime' | 'graphs' | 'blobs' | 'features' | 'cacheFolder'>

/**
 * Opens the device and the storage.
 * @throws GraftError `invalid_input` for an unknown device, `unavailable` with the reason for one that is not usable here.
 */
export async function openTools({ server, token, cacheFolder, maxCacheBytes, device, threads }: JobProcessOptions): Promise<JobTools> {
  const tensorflow = device === 'tensorflow' ? await openRuntime(device, { cacheFolder, threads }) : null
  if (tensorflow === null) await requireOnnxDevice(device)
  // onnxruntime holds the thread that calls it for a whole run: in this one nobody could hear a cancel or read the next images.
  const graphs = await createThreadRuntime({ ...(tensorflow === null && { device }), ...(threads !== undefined && { threads }) })
  return {
    graphs,
    runtime: tensorflow ?? (await createOnnxRuntime({ graphs })),
    blobs: createRemoteBlobStore({ server, token, cacheFolder: path.join(cacheFolder, 'blobs'), maxCacheBytes, retry: { attempts: 12, firstDelayMilliseconds: 250 } }),
    features: createFeatureCache(path.join(cacheFolder, 'features')),
    cacheFolder,
  }
}
