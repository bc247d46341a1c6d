import type { WorkerView } from '@graft/contracts/views'
import { Cpu } from 'lucide-react'
import Link from 'next/link'
import { RelativeTime } from '../ui/relative-time.tsx'
import { JobProgress } from '../ui/job-progress.tsx'
import { classNames } from '../ui/class-names.ts'

const looks: Record<WorkerView['state'], { dot: string; word: string }> = {
  online: { dot: 'bg-accent', word: 'online' },
  offline: { dot: 'bg-danger', word: 'not heard of' },
  left: { dot: 'bg-faint', word: 'left' },
}

function CurrentJob({ job }: { job: WorkerView['jobs'][number] }) {
  const title = <span className="font-medium wrap-anywhere">{job.title}</span>
  return (
    <div>
      <p className="mb-1.5 flex items-baseline justify-between gap-3">
        {job.trialId === null ? title : <Link href={`/trials/${job.trialId}`} className="min-w-0 hover:underline">{title}</Link>}
        <span className="shrink-0 text-2xs text-faint"><RelativeTime time={job.startedAt} /></span>
      </p>
      <JobProgress progress={job.progress} label={job.title} waiting="Starting." />
    </div>
  )
}

/** One worker: what machine it is, what it does now, what it has done. */
export function WorkerCard({ worker }: { worker: WorkerView }) {
  const { dot, word } = looks[worker.state]
  const { cpu, cores, device, versions } = worker.environment
  return (
    <article className={classNames('flex flex-col rounded-lg border bg-surface p-4 shadow-raised', worker.state !== 'online' && 'opacity-70')}>
      <header className="flex items-center gap-2.5">
        <span className={classNames('size-2 rounded-full', dot)} />
        <h2 className="min-w-0 flex-1 truncate font-semibold tracking-tight">{worker.name}</h2>
        <span className="text-xs text-muted">
          {word} {worker.state !== 'online' && <RelativeTime time={worker.lastSeenAt} />}
        </span>
      </header>
      <p className="mt-1 flex items-center gap-1.5 text-xs text-muted">
        <Cpu aria-hidden size={13} className="shrink-0" />
        <span className="truncate" title={Object.entries(versions).map(([name, version]) => `${name} ${version}`).join('\n')}>
          {device} · {cpu}, {cores} cores
        </span>
      </p>
      <div className="my-4 flex-1">
        {worker.jobs.map((job) => <CurrentJob key={job.id} job={job} />)}
        {worker.jobs.length === 0 && <p className="rounded-md bg-sunken px-3 py-2.5 text-xs text-muted">{worker.state !== 'online' ? 'No longer working.' : (worker.reason ?? 'Waiting for work.')}</p>}
      </div>
      <footer className="flex gap-4 border-t pt-2.5 text-xs text-muted tabular-nums">
        <span><b className="font-semibold text-ink">{worker.finished}</b> done</span>
        <span><b className={worker.failed > 0 ? 'font-semibold text-danger' : 'font-semibold text-ink'}>{worker.failed}</b> failed</span>
        <span className="ml-auto">since <RelativeTime time={worker.startedAt} /></span>
      </footer>
    </article>
  )
}
