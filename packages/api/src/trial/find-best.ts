import type { DatabaseOrTransaction } from '@graft/db/client'
import { trainedWhere, trialInclude, type TrialRow } from './trial-rows.ts'
import { findVersion } from '../dataset/find-version.ts'

/** The trained model with the highest test accuracy, of a dataset's current version or of all datasets; the earliest of equals. */
export async function findBestTrial(db: DatabaseOrTransaction, dataset: string | undefined): Promise<TrialRow | null> {
  const version = dataset === undefined ? undefined : await findVersion(db, dataset)
  return db.trial.findFirst({
    where: { ...trainedWhere, ...(version === undefined ? {} : { versionId: version.id }) },
    include: trialInclude,
    orderBy: [{ testAccuracy: 'desc' }, { createdAt: 'asc' }],
  })
}
