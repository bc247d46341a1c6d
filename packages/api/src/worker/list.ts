import type { JobKind } from '@graft/contracts/job'
import type { Labels } from '@graft/contracts/requirements'
import type { Environment } from '@graft/contracts/trial'
import type { WorkerView } from '@graft/contracts/views'
import type { WorkerUsage } from '@graft/contracts/worker-protocol'
import type { Prisma } from '@graft/db/generated/client'
import { standingOf } from '@graft/queue/worker-standing'
import { userProcedure } from '../trpc.ts'
import { jobProgress } from '../job/job-fields.ts'
import { onlineSeconds } from './online-workers.ts'

const listed = 100
const include = { jobs: { where: { state: 'running' }, orderBy: { startedAt: 'asc' } } } satisfies Prisma.WorkerInclude
type WorkerRow = Prisma.WorkerGetPayload<{ include: typeof include }>

/** Workers, those heard of last first, with what they do and have done. */
export const list = userProcedure.query(async ({ ctx: { server } }): Promise<WorkerView[]> => {
  const { db } = server
  const workers = await db.worker.findMany({ include, orderBy: { heartbeatAt: 'desc' }, take: listed })
  const [clock] = await db.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  const ended = await db.attempt.groupBy({ by: ['workerId', 'state'], where: { workerId: { in: workers.map(({ id }) => id) }, state: { in: ['finished', 'failed'] } }, _count: true })
  const count = (workerId: string, state: 'finished' | 'failed'): number => ended.find((group) => group.workerId === workerId && group.state === state)?._count ?? 0
  return workers.map((worker) => ({ ...viewWorker(worker, clock!.now), finished: count(worker.id, 'finished'), failed: count(worker.id, 'failed') }))
})

function viewWorker(worker: WorkerRow, now: Date): Omit<WorkerView, 'finished' | 'failed'> {
  const isOnline = now.getTime() - worker.heartbeatAt.getTime() <= onlineSeconds * 1000
  return {
    id: worker.id,
    name: worker.name,
    state: worker.leftAt !== null ? 'left' : isOnline ? 'online' : 'offline',
    ...standingOf(worker),
    environment: worker.environment as unknown as Environment,
    device: worker.device,
    labels: worker.labels as Labels,
    slots: worker.slots,
    memoryBytes: worker.memoryBytes === null ? null : Number(worker.memoryBytes),
    usage: worker.usage as WorkerUsage | null,
    usageAt: worker.usageAt,
    nodeFaults: worker.nodeFaults,
    lastSeenAt: worker.heartbeatAt,
    startedAt: worker.startedAt,
    jobs: worker.jobs.map((job) => ({ id: job.id, kind: job.kind as JobKind, trialId: job.topic === 'trial' ? job.subjectId : null, title: job.title, progress: jobProgress(job), startedAt: job.startedAt! })),
  }
}
