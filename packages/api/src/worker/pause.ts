import { pauseInput } from '@graft/contracts/worker-protocol'
import { pauseAttempt } from '@graft/queue/pause'
import { workerProcedure } from '../trpc.ts'
import { toReport } from './error-report.ts'

/** An attempt has stopped at its last checkpoint: as it was told, or because its worker cannot go on (`reason`). */
export const pause = workerProcedure.input(pauseInput).mutation(({ ctx: { server }, input: { reason, ...reference } }): Promise<void> => pauseAttempt(server.db, reference, reason === null ? null : toReport(reason)))
