import type { DatasetSummary } from '@graft/contracts/views'
import { userProcedure } from '../trpc.ts'
import { sampleImages, summarizeDataset } from './summarize-dataset.ts'

/** All datasets at their current version, by name. */
export const list = userProcedure.query(async ({ ctx: { server } }): Promise<DatasetSummary[]> => {
  const datasets = await server.db.dataset.findMany({
    where: { currentVersionId: { not: null } },
    include: { currentVersion: true, _count: { select: { versions: true } } },
    orderBy: { name: 'asc' },
  })
  const samples = await sampleImages(server.db, datasets.map(({ currentVersionId }) => currentVersionId!))
  return datasets.map((dataset) => summarizeDataset(dataset, dataset.currentVersion!, samples.get(dataset.currentVersionId!) ?? []))
})
