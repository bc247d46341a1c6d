import type { DatasetSummary } from '@graft/contracts/views'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Dataset, DatasetVersion } from '@graft/db/generated/client'

export type SummarizedDataset = Dataset & { _count: { versions: number } }

/** Facts of a dataset at one of its versions. */
export function summarizeDataset(dataset: SummarizedDataset, version: DatasetVersion, samples: DatasetSummary['samples']): DatasetSummary {
  return {
    name: dataset.name,
    versionCount: dataset._count.versions,
    version: version.fingerprint,
    classes: version.classes,
    images: version.imageCount,
    bySplit: { train: version.trainCount, validation: version.validationCount, test: version.testCount },
    createdAt: version.createdAt,
    samples,
  }
}

const samplesPerDataset = 8

/** One image of each of the first classes, by version id. */
export async function sampleImages(db: DatabaseOrTransaction, versionIds: readonly string[]): Promise<Map<string, DatasetSummary['samples']>> {
  const rows = await db.$queryRaw<{ versionId: string; sha256: string; classIndex: number }[]>`
    SELECT version.id AS "versionId", image.sha256, class AS "classIndex"
    FROM unnest(${[...versionIds]}::text[]) AS version(id)
    CROSS JOIN generate_series(0, ${samplesPerDataset - 1}::int) AS class
    CROSS JOIN LATERAL (
      SELECT sha256 FROM "DatasetImage" WHERE "versionId" = version.id AND "classIndex" = class ORDER BY split, position LIMIT 1) AS image
    ORDER BY version.id, class`
  const samples = new Map<string, DatasetSummary['samples']>(versionIds.map((id) => [id, []]))
  for (const { versionId, sha256, classIndex } of rows) samples.get(versionId)!.push({ sha256, classIndex })
  return samples
}
