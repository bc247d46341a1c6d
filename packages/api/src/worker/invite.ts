import { randomUUID } from 'node:crypto'
import { GraftError } from '@graft/contracts/errors'
import type { Extraction } from '@graft/contracts/extraction'
import type { JobPayload } from '@graft/contracts/job'
import type { Labels, Requirements } from '@graft/contracts/requirements'
import { inviteInput } from '@graft/contracts/worker-protocol'
import type { Transaction } from '@graft/db/client'
import type { Job } from '@graft/db/generated/client'
import { inPrisma } from '@graft/db/in-prisma'
import { assertAttempt } from '@graft/queue/assert-attempt'
import { endHelp } from '@graft/queue/dismiss-helpers'
import { enqueue } from '@graft/queue/enqueue'
import { workerProcedure } from '../trpc.ts'
import { countIdleSlots } from './online-workers.ts'

/**
 * Has idle workers take shards of a trial's large extraction: as many jobs of the kind `extraction` are queued as there are such workers, and
 * shards that the trial's own worker is not at. What waits for an extraction of the trial that is over is taken back.
 */
export const invite = workerProcedure.input(inviteInput).mutation(({ ctx: { server }, input: { extraction, shardsLeft, ...reference } }): Promise<void> =>
  server.db.$transaction(async (tx) => {
    const trial = await assertAttempt(inPrisma(tx), reference)
    if (trial.kind !== 'trial') throw new GraftError('invalid_input', `A job of the kind ${trial.kind} invites nobody.`, { field: 'jobId' })
    const all = await tx.job.findMany({ where: { kind: 'extraction', state: { in: ['queued', 'running'] } } })
    const outdated = all.filter((job) => job.subjectId === trial.subjectId && job.state === 'queued' && (shardsLeft === 0 || spaceOf(job) !== extraction.space))
    await endHelp(inPrisma(tx), outdated.map(({ id }) => id))
    const helping = all.filter((job) => !outdated.includes(job))
    const requirements = await requirementsOf(tx, trial)
    const idle = (await countIdleSlots(tx, requirements)) - helping.filter(({ state }) => state === 'queued').length
    const invited = Math.min(idle, shardsLeft - 1 - helping.filter((job) => spaceOf(job) === extraction.space).length)
    if (invited <= 0) return
    const payload = payloadOf(trial, extraction)
    const title = `Features of ${payload.model.name} on ${payload.datasetName}`
    await enqueue(tx, Array.from({ length: invited }, () => ({ id: randomUUID(), title, topic: 'trial' as const, subjectId: trial.subjectId, personId: trial.personId, payload, requirements })))
  }),
)

const spaceOf = ({ payload }: Job): string => (payload as unknown as JobPayload & { kind: 'extraction' }).extraction.space

/** Of whoever helps: what the trial wants of a worker, and a device of the kind that its worker has, for another one computes other bits. */
async function requirementsOf(tx: Transaction, trial: Job): Promise<Partial<Requirements>> {
  const { labels = {}, ...others } = trial.requirements as Partial<Requirements>
  const worker = await tx.worker.findUniqueOrThrow({ where: { id: trial.workerId! }, select: { labels: true } })
  const device = (worker.labels as Labels)['device']
  return { ...others, labels: { ...labels, ...(device !== undefined && { device }) } }
}

function payloadOf(trial: Job, extraction: Extraction): JobPayload & { kind: 'extraction' } {
  const { model, weights, trialId, datasetName, manifest } = trial.payload as unknown as JobPayload & { kind: 'trial' }
  return { kind: 'extraction', model, weights, trialId, datasetName, manifest, extraction }
}
