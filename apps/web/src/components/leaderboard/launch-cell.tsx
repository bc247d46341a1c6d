'use client'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { EstimateLine } from '../sweeps/estimate-line.tsx'
import { parseSeeds, seedsText } from '../sweeps/parse-seeds.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import type { ModelColumn } from './leaderboard-index.ts'

/** The three lowest seeds that were not tried yet. */
function unusedSeeds(used: readonly number[]): number[] {
  const seeds: number[] = []
  for (let seed = 0; seeds.length < 3; seed++) if (!used.includes(seed)) seeds.push(seed)
  return seeds
}

/** A small launch form for one cell. `trialId`: one of the cell, whose recipe can be run again where it is no preset. */
export function LaunchCell({ dataset, model, usedSeeds, recipeName, trialId }: { dataset: string; model: ModelColumn; usedSeeds: readonly number[]; recipeName: string | undefined; trialId: string | undefined }) {
  const trpc = useTRPC()
  const router = useRouter()
  const presets = useQuery(trpc.recipe.presets.queryOptions())
  const isOwn = presets.data !== undefined && trialId !== undefined && recipeName !== undefined && !presets.data.some(({ name }) => name === recipeName)
  const trial = useQuery(trpc.trial.get.queryOptions({ id: trialId ?? '' }, { enabled: isOwn }))
  const recipes = isOwn && trial.data !== undefined ? [{ ...trial.data.recipeDetail, name: recipeName }, ...presets.data] : presets.data
  const [chosen, setChosen] = useState(recipeName)
  const [text, setText] = useState(() => seedsText(unusedSeeds(usedSeeds)))
  const create = useMutation(trpc.sweep.create.mutationOptions({ onSuccess: ({ sweepId }) => router.push(`/sweeps/${sweepId}`) }))
  const recipe = recipes?.find(({ name }) => name === chosen) ?? recipes?.[0]
  const parsed = parseSeeds(text)
  const request = recipe !== undefined && 'seeds' in parsed ? { datasets: [dataset], models: [model.id], recipe, seeds: parsed.seeds } : null
  const estimate = useQuery(trpc.sweep.estimate.queryOptions(request ?? { datasets: [], models: [], recipe: {} as never, seeds: [] }, { enabled: request !== null, placeholderData: keepPreviousData }))
  if (presets.isError) return <div className="p-4"><ErrorNote error={presets.error} /></div>
  if (recipes === undefined || recipe === undefined || (isOwn && trial.isPending)) return <div className="p-4"><SkeletonRows rows={2} /></div>

  return (
    <form
      className="space-y-4 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (request !== null) create.mutate(request)
      }}
    >
      <div className="grid grid-cols-[1fr_8rem] gap-3">
        <SelectField label="Recipe" value={recipe.name} onChange={(event) => setChosen(event.target.value)}>
          {recipes.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <TextField label="Seeds" value={text} onChange={(event) => setText(event.target.value)} error={'error' in parsed ? parsed.error : undefined} />
      </div>
      {request !== null && estimate.isError ? <ErrorNote error={estimate.error} /> : <EstimateLine asked={request !== null} estimate={estimate.data} />}
      {create.isError && <ErrorNote error={create.error} />}
      <Button type="submit" look="primary" className="w-full" disabled={request === null || create.isPending}>
        <Play aria-hidden size={15} /> {create.isPending ? 'Launching…' : 'Launch'}
      </Button>
    </form>
  )
}
