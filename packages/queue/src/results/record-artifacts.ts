import type { ArtifactReference } from '@graft/contracts/job'
import type { Statement, StatementRunner } from '@graft/db/statements'

const record: Statement = {
  name: 'record-artifacts',
  text: `
    INSERT INTO "Artifact" (id, "trialId", kind, name, sha256, bytes)
    SELECT gen_random_uuid(), $1, kind, name, sha256, bytes FROM jsonb_to_recordset($2::jsonb) AS given(kind text, name text, sha256 text, bytes bigint)
    ON CONFLICT ("trialId", kind, name) DO UPDATE SET sha256 = EXCLUDED.sha256, bytes = EXCLUDED.bytes, "createdAt" = clock_timestamp()`,
}

/** Files of a trial; one of the same kind and name replaces the one before. */
export async function recordArtifacts(tx: StatementRunner, trialId: string, artifacts: readonly ArtifactReference[]): Promise<void> {
  const last = new Map(artifacts.map((artifact) => [`${artifact.kind} ${artifact.name}`, artifact]))
  if (last.size > 0) await tx.run(record, [trialId, JSON.stringify([...last.values()])])
}
