import type { Database } from '@graft/db/client'
import { userProcedure } from '../trpc.ts'

/** A content that the database names and the storage does not have; `of`: what names it, for people. */
export interface MissingContent {
  kind: 'artifact' | 'image' | 'thumbnail' | 'manifest' | 'checkpoint'
  sha256: string
  of: string
}

export interface StorageCheck {
  /** Contents that were looked for. */
  checked: number
  missing: MissingContent[]
}

const atOnce = 64

/**
 * Looks for every content that the database names: after a backup was restored whose database is newer than its storage, or a disk
 * lost files. Changes nothing; reads no content, so damaged ones are not noticed here (they are when they are read).
 */
export const missing = userProcedure.query(async ({ ctx: { server }, signal }): Promise<StorageCheck> => {
  const named = await namedContents(server.db)
  const found: MissingContent[] = []
  for (let first = 0; first < named.length; first += atOnce) {
    signal?.throwIfAborted()
    const batch = named.slice(first, first + atOnce)
    const there = await Promise.all(batch.map(({ sha256 }) => server.blobs.has(sha256)))
    found.push(...batch.filter((_, index) => there[index] === false))
  }
  return { checked: named.length, missing: found }
})

async function namedContents(db: Database): Promise<MissingContent[]> {
  const [artifacts, versions, images, open] = await Promise.all([
    db.artifact.findMany({ select: { sha256: true, name: true, trial: { select: { job: { select: { title: true } } } } }, orderBy: { createdAt: 'asc' } }),
    db.datasetVersion.findMany({ select: { manifestSha256: true, dataset: { select: { name: true } } } }),
    db.datasetImage.findMany({ select: { sha256: true, thumbnailSha256: true, path: true, version: { select: { dataset: { select: { name: true } } } } }, orderBy: [{ versionId: 'asc' }, { position: 'asc' }] }),
    db.job.findMany({ where: { kind: 'trial', state: { in: ['queued', 'running', 'paused'] } }, select: { title: true, payload: true } }),
  ])
  const contents: MissingContent[] = [
    ...artifacts.map(({ sha256, name, trial }): MissingContent => ({ kind: 'artifact', sha256, of: `${name} of ${trial.job.title}` })),
    ...versions.map(({ manifestSha256, dataset }): MissingContent => ({ kind: 'manifest', sha256: manifestSha256, of: dataset.name })),
    ...images.map(({ sha256, path, version }): MissingContent => ({ kind: 'image', sha256, of: `${version.dataset.name}: ${path}` })),
    ...images.flatMap(({ thumbnailSha256, path, version }): MissingContent[] => (thumbnailSha256 === null ? [] : [{ kind: 'thumbnail', sha256: thumbnailSha256, of: `${version.dataset.name}: ${path}` }])),
    ...open.flatMap(({ title, payload }) => checkpointsOf(payload).map((sha256): MissingContent => ({ kind: 'checkpoint', sha256, of: title }))),
  ]
  // The same photograph in two versions is one content.
  return [...new Map(contents.map((content) => [`${content.kind} ${content.sha256}`, content])).values()]
}

function checkpointsOf(payload: unknown): string[] {
  const { checkpoints } = payload as { checkpoints?: string[] }
  return checkpoints ?? []
}
