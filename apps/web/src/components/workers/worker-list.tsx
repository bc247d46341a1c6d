'use client'
import { useQuery } from '@tanstack/react-query'
import { Plus, Server, Users } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AddWorkerDialog } from './add-worker-dialog.tsx'
import { withSamples, type UsageSample } from './usage-history.ts'
import { WorkerCard } from './worker-card.tsx'

const gridClass = 'grid gap-4 md:grid-cols-2 xl:grid-cols-3'
const order = { online: 0, offline: 1, left: 2 }

/** Who is there, doing what. */
export function WorkerList() {
  const trpc = useTRPC()
  // That a worker went silent is nobody's event: it is asked for.
  const workers = useQuery(trpc.worker.list.queryOptions(undefined, { refetchInterval: 10_000 }))
  const [isAdding, setAdding] = useState(false)
  const [history, setHistory] = useState<ReadonlyMap<string, readonly UsageSample[]>>(new Map())
  const sampled = workers.data === undefined ? history : withSamples(history, workers.data)
  if (sampled !== history) setHistory(sampled)
  return (
    <Page title="Workers" note="Processes that take trials and train them, here or on other machines." actions={<><Button look="primary" onClick={() => setAdding(true)}><Plus aria-hidden size={15} /> Worker</Button><Link href="/people" className={buttonClass()}><Users aria-hidden size={15} /> People</Link></>}>
      {workers.isPending && (
        <div role="status" aria-label="Loading workers" className={gridClass}>
          <Skeleton className="h-44" />
          <Skeleton className="h-44" />
        </div>
      )}
      {workers.isError && <Panel><ErrorState error={workers.error} onRetry={() => void workers.refetch()} /></Panel>}
      {workers.data?.length === 0 && (
        <Panel>
          <EmptyState icon={Server} title="No worker has come yet" action={<Button look="primary" onClick={() => setAdding(true)}><Plus aria-hidden size={15} /> Add a worker</Button>} command="npx graft worker">
            Trials wait until one does: on this machine, or on any other that reaches this server.
          </EmptyState>
        </Panel>
      )}
      <div className={gridClass}>{workers.data?.toSorted((a, b) => order[a.state] - order[b.state]).map((worker) => <WorkerCard key={worker.id} worker={worker} samples={history.get(worker.id) ?? []} />)}</div>
      {isAdding && <AddWorkerDialog onClose={() => setAdding(false)} />}
    </Page>
  )
}
