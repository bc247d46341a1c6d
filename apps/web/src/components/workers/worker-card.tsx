import type { WorkerView } from '@graft/contracts/views'
import { Cpu } from 'lucide-react'
import Link from 'next/link'
import { bytesText } from '../../format/bytes.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { JobProgress } from '../ui/job-progress.tsx'
import { classNames } from '../ui/class-names.ts'
import { MachineUsage } from './machine-usage.tsx'
import type { UsageSample } from './usage-history.ts'
import { WorkerControl } from './worker-control.tsx'

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

const modes: Record<WorkerView['mode'], { word: string; look: string } | null> = {
  ready: null,
  draining: { word: 'draining', look: 'bg-warning-soft text-warning' },
  quarantined: { word: 'quarantined', look: 'bg-danger-soft text-danger' },
}

/** What runs in each slot; the empty ones are there to see too. */
function Slots({ worker }: { worker: WorkerView }) {
  const { jobs, slots, state, mode } = worker
  const free = Math.max(0, slots - jobs.length)
  const waiting = state !== 'online' ? 'No longer working.' : mode === 'ready' ? 'Waiting for work.' : 'Takes nothing new.'
  return (
    <ul aria-label="Slots" className="my-4 flex-1 space-y-3">
      {jobs.map((job) => (
        <li key={job.id}><CurrentJob job={job} /></li>
      ))}
      {free > 0 && (
        <li className="rounded-md bg-sunken px-3 py-2.5 text-xs text-muted">
          {jobs.length === 0 && slots === 1 ? waiting : `${free} of ${slots} slots free. ${jobs.length === 0 ? waiting : ''}`}
        </li>
      )}
    </ul>
  )
}

/** One worker: what machine it is, what it does now in each of its slots, what it uses and what it has done. */
export function WorkerCard({ worker, samples }: { worker: WorkerView; samples: readonly UsageSample[] }) {
  const { dot, word } = looks[worker.state]
  const { cpu, cores, versions } = worker.environment
  const mode = modes[worker.mode]
  return (
    <article aria-label={worker.name} className="flex flex-col rounded-lg border bg-surface p-4 shadow-raised">
      <header className="flex items-center gap-2.5">
        <span className={classNames('size-2 shrink-0 rounded-full', dot)} />
        <h2 className="min-w-0 flex-1 truncate font-semibold tracking-tight">{worker.name}</h2>
        {mode !== null && <span className={classNames('rounded-full px-2 py-0.5 text-xs font-medium', mode.look)}>{mode.word}</span>}
        <span className="text-xs text-muted">
          {word} {worker.state !== 'online' && <RelativeTime time={worker.lastSeenAt} />}
        </span>
      </header>
      <p className="mt-1 flex items-center gap-1.5 text-xs text-muted">
        <Cpu aria-hidden size={13} className="shrink-0" />
        <span className="truncate" title={Object.entries(versions).map(([name, version]) => `${name} ${version}`).join('\n')}>
          {worker.device} · {cpu}, {cores} cores{worker.memoryBytes !== null && ` · ${bytesText(worker.memoryBytes)}`}
        </span>
      </p>
      {Object.keys(worker.labels).length > 0 && (
        <ul aria-label="Labels" className="mt-2 flex flex-wrap gap-1">
          {Object.entries(worker.labels).map(([name, value]) => (
            <li key={name} className="max-w-full truncate rounded bg-sunken px-1.5 py-0.5 font-mono text-2xs text-muted">{name}={value}</li>
          ))}
        </ul>
      )}
      {worker.mode !== 'ready' && worker.reason !== null && <p className={classNames('mt-3 rounded-md px-3 py-2 text-xs wrap-anywhere', mode!.look)}>{worker.reason}</p>}
      <Slots worker={worker} />
      <MachineUsage samples={samples} />
      <footer className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 border-t pt-2.5 text-xs text-muted tabular-nums">
        <span><b className="font-semibold text-ink">{worker.finished}</b> done</span>
        <span><b className={worker.failed > 0 ? 'font-semibold text-danger' : 'font-semibold text-ink'}>{worker.failed}</b> failed</span>
        {worker.nodeFaults > 0 && <span className="text-warning">{worker.nodeFaults} {worker.nodeFaults === 1 ? 'fault' : 'faults'} of the machine in a row</span>}
        <span className="ml-auto">since <RelativeTime time={worker.startedAt} /></span>
      </footer>
      {worker.state !== 'left' && <div className="mt-2"><WorkerControl worker={worker} /></div>}
    </article>
  )
}
