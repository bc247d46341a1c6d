import type { ArtifactReference } from '@graft/contracts/job'
import type { Transaction } from '@graft/db/client'

/** Files of a trial; one of the same kind and name replaces the one before. */
export async function recordArtifacts(tx: Transaction, trialId: string, artifacts: readonly ArtifactReference[]): Promise<void> {
  for (const { kind, name, sha256, bytes } of artifacts) {
    await tx.artifact.upsert({
      where: { trialId_kind_name: { trialId, kind, name } },
      create: { trialId, kind, name, sha256, bytes },
      update: { sha256, bytes, createdAt: new Date() },
    })
  }
}
