import type { WeightsInfo } from '@graft/contracts/model'
import { notifyChangeBy } from '@graft/db/notifications'
import type { Statement, StatementRunner } from '@graft/db/statements'

const addWeights: Statement = {
  name: 'add-weights',
  text: `
    INSERT INTO "Weights" (sha256, format, bytes, "includeTop", source, licence, "trainedOn")
    SELECT sha256, format, bytes, "includeTop", source, licence, "trainedOn"
    FROM jsonb_to_record($1::jsonb) AS given(sha256 text, format text, bytes bigint, "includeTop" boolean, source text, licence text, "trainedOn" text)
    ON CONFLICT DO NOTHING`,
}
/** Only where something changes: every trial of a model reports its weights. */
const useWeights: Statement = {
  name: 'use-weights',
  text: `
    UPDATE "Model" SET
      "weightsSha256" = coalesce("weightsSha256", $2),
      "availabilityState" = CASE WHEN "availabilityState" IN ('downloadable', 'unavailable') THEN 'cached' ELSE "availabilityState" END,
      "availabilityReason" = CASE WHEN "availabilityState" IN ('downloadable', 'unavailable') THEN NULL ELSE "availabilityReason" END
    WHERE id = $1 AND ("weightsSha256" IS NULL OR "availabilityState" IN ('downloadable', 'unavailable')) RETURNING id`,
}

/** A model's weight file that is in the storage now: later trials start from it. */
export async function recordWeights(tx: StatementRunner, modelId: string, weights: WeightsInfo): Promise<void> {
  await tx.run(addWeights, [JSON.stringify(weights)])
  const changed = await tx.rows(useWeights, [modelId, weights.sha256])
  if (changed.length > 0) await notifyChangeBy(tx, [{ topic: 'model', id: modelId }])
}
