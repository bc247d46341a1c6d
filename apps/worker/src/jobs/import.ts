import { z } from 'zod'
import type { JobPayload } from '@graft/contracts/job'
import { uploadedFileSchema } from '@graft/contracts/job'
import { GraftError } from '@graft/contracts/errors'
import type { ImageSource } from '@graft/core/dataset/image-source'
import { importDataset } from '@graft/core/dataset/import'
import { openZip } from '@graft/core/dataset/zip-source'
import { readBlobJson } from '../blob-json.ts'
import type { JobContext, JobRunner } from '../job-context.ts'

type ImportPayload = Extract<JobPayload, { kind: 'import' }>

const stageNames = { scan: 'looking at the files', decode: 'checking images', store: 'storing images' } as const

/** Turns uploaded files into a dataset version: every image it keeps, its thumbnail and the manifest end up in the storage. */
export const runImport: JobRunner<'import'> = async (payload, context) => {
  const { blobs, signal, progress } = context
  const source = await openSource(payload, context)
  try {
    const { manifest, report } = await importDataset({
      source,
      splitRule: payload.splitRule,
      seed: payload.seed,
      contents: blobs,
      onProgress: (done, total, stage) => progress({ stage: stageNames[stage], fraction: total > 0 ? done / total : null, message: total > 0 ? `${done} of ${total}` : '' }),
      signal,
    })
    const stored = await blobs.write(Buffer.from(JSON.stringify(manifest)), { signal })
    return { kind: 'import', manifest, manifestSha256: stored.sha256, report }
  } finally {
    await source.close()
  }
}

async function openSource(payload: ImportPayload, { blobs, signal, progress }: JobContext): Promise<ImageSource> {
  if (payload.source.kind === 'files') {
    return filesSource(await readBlobJson(blobs, payload.source.sha256, z.array(uploadedFileSchema), 'list of files', signal), blobs)
  }
  progress({ stage: 'fetching the archive', fraction: null, message: '' })
  return openZip(await blobs.path(payload.source.sha256, signal))
}

/** Uploaded files as the folder that they were. */
function filesSource(files: readonly z.infer<typeof uploadedFileSchema>[], blobs: JobContext['blobs']): ImageSource {
  const byPath = new Map(files.map((file) => [file.path, file]))
  return {
    async *entries() {
      for (const { path: name, bytes } of byPath.values()) yield { path: name, bytes }
    },
    async read(name, signal) {
      const file = byPath.get(name)
      if (!file) throw new GraftError('not_found', `${name} was not uploaded.`)
      return blobs.read(file.sha256, signal)
    },
    async close() {},
  }
}
