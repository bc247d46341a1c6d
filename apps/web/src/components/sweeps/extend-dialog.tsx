'use client'
import type { SweepView } from '@graft/contracts/views'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { parseSeeds, seedsText } from './parse-seeds.ts'

/** What may be added of a kind: names to tick. */
function Further({ legend, names, chosen, onChange }: { legend: string; names: readonly { value: string; text: string }[]; chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  if (names.length === 0) return null
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium text-muted">{legend}</legend>
      <div className="flex max-h-36 flex-wrap gap-x-4 gap-y-1 overflow-y-auto">
        {names.map(({ value, text }) => (
          <label key={value} className="flex min-h-7 items-center gap-2 text-sm">
            <input type="checkbox" className="size-4 accent-accent" checked={chosen.includes(value)} onChange={(event) => onChange(event.target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))} /> {text}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** A space stays as it was launched: what a search has learned is about that one. */
function WidenSpace({ id }: { id: string }) {
  return (
    <div className="rounded-md border bg-sunken p-3 text-xs">
      <p className="text-muted">The search space stays as it was launched, so that its results stay comparable. A wider range, another choice or parameter is a sweep of its own, which starts from what this one found.</p>
      <Link href={`/sweeps/new?from=${id}`} className={classNames(buttonClass('plain', 'small'), 'mt-2')}><Copy aria-hidden size={13} /> Clone with a wider space</Link>
    </div>
  )
}

const readLimit = (text: string): number | undefined | null => (text.trim() === '' ? undefined : Number(text) > 0 ? Number(text) : null)

/** More datasets, models, seeds or budget for a sweep. */
export function ExtendDialog({ sweep, onClose }: { sweep: SweepView; onClose: () => void }) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const datasetList = useQuery(trpc.dataset.list.queryOptions())
  const modelList = useQuery(trpc.model.list.queryOptions())
  const [datasets, setDatasets] = useState<string[]>([])
  const [models, setModels] = useState<string[]>([])
  const [seeds, setSeeds] = useState('')
  const [limits, setLimits] = useState({ trials: '', seconds: '', images: '' })
  const extend = useMutation(
    trpc.sweep.extend.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.sweep.pathFilter())
        onClose()
      },
    }),
  )
  const { search } = sweep
  const isSearched = (name: string) => search?.space.parameters[name] !== undefined
  const further = seeds.trim() === '' ? { seeds: [] } : parseSeeds(seeds)
  const budget = Object.fromEntries(Object.entries(limits).flatMap(([name, text]) => (readLimit(text) == null ? [] : [[name, readLimit(text)!]])))
  const wrongLimit = Object.values(limits).some((text) => readLimit(text) === null)
  const isEmpty = datasets.length === 0 && models.length === 0 && seeds.trim() === '' && Object.keys(budget).length === 0
  const fresh = 'seeds' in further ? further.seeds.filter((seed) => !sweep.seeds.includes(seed)) : []
  return (
    <Dialog title="Extend the sweep" onClose={onClose}>
      <form
        className="space-y-4 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          if ('seeds' in further && !wrongLimit) extend.mutate({ id: sweep.id, datasets, models, seeds: fresh, ...(Object.keys(budget).length === 0 ? {} : { budget }) })
        }}
      >
        {!isSearched('dataset') && <Further legend="More datasets" names={(datasetList.data ?? []).filter(({ name }) => !sweep.datasets.includes(name)).map(({ name }) => ({ value: name, text: name }))} chosen={datasets} onChange={setDatasets} />}
        {!isSearched('model') && <Further legend="More models" names={(modelList.data ?? []).filter(({ id, availability }) => !sweep.models.includes(id) && availability.state !== 'unavailable').map(({ id, name }) => ({ value: id, text: name }))} chosen={models} onChange={setModels} />}
        <TextField label="More seeds" hint={`So far ${seedsText(sweep.seeds)}`} placeholder="3-4" value={seeds} error={'error' in further ? further.error : undefined} onChange={(event) => setSeeds(event.target.value)} />
        {search !== null && (
          <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
            {(['trials', 'seconds', 'images'] as const).map((name) => (
              <TextField key={name} label={`Budget: ${name}`} inputMode="numeric" placeholder={String(search.budget?.[name] ?? 'no limit')} value={limits[name]} error={readLimit(limits[name]) === null ? 'A number above 0.' : undefined} onChange={(event) => setLimits({ ...limits, [name]: event.target.value })} />
            ))}
          </div>
        )}
        {search !== null && <WidenSpace id={sweep.id} />}
        <p className="text-xs text-muted">{search === null ? 'Points that are new are trained; the others stay as they are.' : 'A budget is that of the whole sweep, what was used before included.'}</p>
        {extend.isError && <ErrorNote error={extend.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" look="primary" disabled={extend.isPending || isEmpty || wrongLimit || 'error' in further}>{extend.isPending ? 'Extending…' : 'Extend'}</Button>
        </div>
      </form>
    </Dialog>
  )
}
