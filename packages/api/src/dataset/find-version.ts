import { GraftError } from '@graft/contracts/errors'
import { sha256Schema } from '@graft/contracts/identifier'
import type { DatabaseOrTransaction } from '@graft/db/client'
import type { Dataset, DatasetVersion } from '@graft/db/generated/client'

export type VersionWithDataset = DatasetVersion & { dataset: Dataset }

/** The version that a dataset's name stands for now, or the version of a fingerprint (the newest, where several datasets have it). */
export async function findVersion(db: DatabaseOrTransaction, nameOrFingerprint: string, field = 'dataset'): Promise<VersionWithDataset> {
  const named = await db.dataset.findFirst({ where: { name: nameOrFingerprint }, include: { currentVersion: { include: { dataset: true } } } })
  if (named?.currentVersion) return named.currentVersion
  const isFingerprint = sha256Schema.safeParse(nameOrFingerprint).success
  const version = isFingerprint ? await findFingerprint(db, nameOrFingerprint) : null
  if (version !== null) return version
  const names = (await db.dataset.findMany({ select: { name: true }, orderBy: { name: 'asc' }, take: 20 })).map(({ name }) => name)
  throw new GraftError('not_found', `There is no dataset “${nameOrFingerprint.slice(0, 100)}”.`, {
    hint: names.length === 0 ? 'Import one first: graft import PATH --name NAME.' : `There is ${names.join(', ')}.`,
    field,
  })
}

/** @throws GraftError `not_found`. */
export async function requireFingerprint(db: DatabaseOrTransaction, fingerprint: string): Promise<VersionWithDataset> {
  const version = await findFingerprint(db, fingerprint)
  if (version !== null) return version
  throw new GraftError('not_found', `There is no dataset version ${fingerprint.slice(0, 12)}.`, { field: 'version' })
}

function findFingerprint(db: DatabaseOrTransaction, fingerprint: string): Promise<VersionWithDataset | null> {
  return db.datasetVersion.findFirst({ where: { fingerprint }, include: { dataset: true }, orderBy: { createdAt: 'desc' } })
}
