'use client'
import type { PersonView } from '@graft/contracts/views'
import { useQuery } from '@tanstack/react-query'
import { KeyRound, Pencil, Plus } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { AuditList } from './audit-list.tsx'
import { PersonDialog } from './person-dialog.tsx'
import { TokenDialog } from './token-dialog.tsx'

const quotaText = (used: number, most: number | null) => (most === null ? String(used) : `${used} of ${most}`)

function PersonActions({ name, onEdit, onToken }: { name: string; onEdit: () => void; onToken: () => void }) {
  return (
    <>
      <Button look="quiet" size="small" aria-label={`Change ${name}`} onClick={onEdit}><Pencil aria-hidden size={13} /> Change</Button>
      <Button look="quiet" size="small" aria-label={`A token for ${name}`} onClick={onToken}><KeyRound aria-hidden size={13} /> Token</Button>
    </>
  )
}

function PersonRow({ person, isOwn, mayChange, onEdit, onToken }: { person: PersonView; isOwn: boolean; mayChange: boolean; onEdit: () => void; onToken: () => void }) {
  return (
    <tr>
      <th scope="row" className="border-t px-4 py-2.5 text-left font-medium whitespace-nowrap">
        {person.name}
        {isOwn && <span className="ml-2 text-xs font-normal text-muted">you</span>}
        {person.administrator && <span className="ml-2 rounded-full bg-accent-soft px-2 py-0.5 text-2xs font-medium text-accent">administrator</span>}
        {mayChange && <span className="mt-1 -ml-2.5 flex md:hidden"><PersonActions name={person.name} onEdit={onEdit} onToken={onToken} /></span>}
      </th>
      <td className="border-t px-4 py-2.5 text-right align-top md:align-middle">{person.weight}</td>
      <td className="border-t px-4 py-2.5 text-right align-top md:align-middle">{quotaText(person.running, person.maximumRunning)}</td>
      <td className="border-t px-4 py-2.5 text-right align-top md:align-middle">{quotaText(person.queued, person.maximumQueued)}</td>
      <td className="border-t px-4 py-2.5 text-right whitespace-nowrap max-md:hidden">{mayChange && <PersonActions name={person.name} onEdit={onEdit} onToken={onToken} />}</td>
    </tr>
  )
}

/** Who uses this server: their share of the workers, their quotas, what they have in work; and what was changed lately. */
export function PeopleView() {
  const trpc = useTRPC()
  // Trials that start and end are many events: the counts are asked for.
  const people = useQuery(trpc.person.list.queryOptions(undefined, { refetchInterval: 10_000 }))
  const me = useQuery(trpc.person.me.queryOptions())
  const [open, setOpen] = useState<{ kind: 'person' | 'token'; person: PersonView | null } | null>(null)
  const mayChange = me.data?.administrator === true
  return (
    <Page
      title="People"
      note="Workers are shared by weight: a person with twice the weight gets twice the turns. Quotas limit how many of a person’s trials run, and wait, at once."
      above={<Link href="/workers" className="hover:text-ink hover:underline">Workers</Link>}
      actions={mayChange && <Button look="primary" onClick={() => setOpen({ kind: 'person', person: null })}><Plus aria-hidden size={15} /> Person</Button>}
    >
      <div className="space-y-4">
        <Panel flush>
          {people.isPending && <div className="p-4"><SkeletonRows rows={3} /></div>}
          {people.isError && <ErrorState error={people.error} onRetry={() => void people.refetch()} />}
          {people.data !== undefined && (
            <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label="Table of people">
              <table className="w-full border-separate border-spacing-0 text-sm tabular-nums">
                <thead className="text-xs text-muted">
                  <tr>
                    <th scope="col" className="px-4 py-2 text-left font-medium">Name</th>
                    <th scope="col" title="Share of the workers, relative to other people’s" className="px-4 py-2 text-right font-medium">Weight</th>
                    <th scope="col" title="Trials that run now, and at most" className="px-4 py-2 text-right font-medium">Running</th>
                    <th scope="col" title="Trials that wait now, and at most" className="px-4 py-2 text-right font-medium">Waiting</th>
                    <th scope="col" className="px-4 py-2 max-md:hidden"><span className="sr-only">What can be done</span></th>
                  </tr>
                </thead>
                <tbody>
                  {people.data.map((person) => (
                    <PersonRow key={person.id} person={person} isOwn={person.id === me.data?.id} mayChange={mayChange} onEdit={() => setOpen({ kind: 'person', person })} onToken={() => setOpen({ kind: 'token', person })} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Panel>
        {mayChange && <AuditList />}
      </div>
      {open?.kind === 'person' && <PersonDialog person={open.person} onClose={() => setOpen(null)} />}
      {open?.kind === 'token' && open.person !== null && <TokenDialog person={open.person} onClose={() => setOpen(null)} />}
    </Page>
  )
}
