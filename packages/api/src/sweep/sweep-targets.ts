import type { Configuration } from '@graft/contracts/search-space'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Sweep } from '@graft/db/generated/client'
import { findVersion, type VersionWithDataset } from '../dataset/find-version.ts'
import { findUsableModel } from '../model/find-model.ts'
import type { Targets } from './targets.ts'

/** What a dataset was called when the sweep was launched, and the version that it meant then. */
export interface PinnedVersion {
  name: string
  id: string
}

export const pinnedVersions = (sweep: Pick<Sweep, 'versions'>): PinnedVersion[] => sweep.versions as unknown as PinnedVersion[]

/** What a configuration of a sweep trains on: the dataset and the model that it chooses, or all of the sweep's. */
export async function sweepTargets(db: DatabaseOrTransaction, sweep: Sweep, configuration: Configuration): Promise<Targets> {
  const { dataset, model } = configuration
  const versions = await versionsOf(db, sweep)
  const models = []
  for (const id of typeof model === 'string' ? [model] : sweep.models) models.push(await findUsableModel(db, id))
  return { versions: typeof dataset === 'string' ? versions.filter(({ name }) => name === dataset).map(({ version }) => version) : versions.map(({ version }) => version), models }
}

async function versionsOf(db: DatabaseOrTransaction, sweep: Sweep): Promise<{ name: string; version: VersionWithDataset }[]> {
  const pinned = pinnedVersions(sweep)
  const rows = await db.datasetVersion.findMany({ where: { id: { in: pinned.map(({ id }) => id) } }, include: { dataset: true } })
  const found = pinned.flatMap(({ name, id }) => rows.filter((row) => row.id === id).map((version) => ({ name, version })))
  if (pinned.length > 0) return found
  const named = [] // a sweep of before versions were kept
  for (const name of sweep.datasets) named.push({ name, version: await findVersion(db, name) })
  return named
}
