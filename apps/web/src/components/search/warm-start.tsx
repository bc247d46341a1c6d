'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../trpc/client.tsx'
import { Fold } from '../recipe/fold.tsx'
import { DraftProvider } from '../recipe/draft-context.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { StatePill } from '../ui/state-pill.tsx'

const noDraft = { draft: {}, errors: {}, change: () => {} }

/** Earlier sweeps whose results a search starts from. */
export function WarmStart({ chosen, onChange }: { chosen: readonly string[]; onChange: (ids: string[]) => void }) {
  const trpc = useTRPC()
  const sweeps = useQuery(trpc.sweep.list.queryOptions({}))
  const items = sweeps.data?.items ?? []
  return (
    <DraftProvider value={noDraft}>
      <Fold title="Start from earlier sweeps" state={chosen.length === 0 ? 'none' : `${chosen.length} chosen`} paths={[]}>
        {sweeps.isError && <ErrorNote error={sweeps.error} />}
        {items.length === 0 && sweeps.data !== undefined && <p className="text-xs text-muted">There is no earlier sweep.</p>}
        <ul className="max-h-56 space-y-1 overflow-y-auto">
          {items.map(({ id, name, state, datasets, method }) => (
            <li key={id}>
              <label className="flex min-h-8 items-center gap-2 text-sm">
                <input type="checkbox" className="size-4 shrink-0 accent-accent" checked={chosen.includes(id)} onChange={(event) => onChange(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))} />
                <span className="min-w-0 flex-1 truncate">{name} <span className="text-xs text-muted">· {method ?? 'one recipe'} · {datasets.join(', ')}</span></span>
                <StatePill state={state} />
              </label>
            </li>
          ))}
        </ul>
        <p className="text-xs text-faint">On these or other datasets: what was good there is tried first, and forgotten where it is not.</p>
      </Fold>
    </DraftProvider>
  )
}
