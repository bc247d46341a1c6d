'use client'
import { useQuery } from '@tanstack/react-query'
import { ImagePlus, LayoutGrid, Play, Sprout } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useMediaQuery } from '../ui/use-media-query.ts'
import { ActiveSweeps } from './active-sweeps.tsx'
import { CellDialog } from './cell-dialog.tsx'
import { EnsembleDialog, ensembleCandidates } from './ensemble-dialog.tsx'
import { LeaderboardCards } from './leaderboard-cards.tsx'
import { indexLeaderboard, usualRecipe } from './leaderboard-index.ts'
import { LeaderboardLegend } from './leaderboard-legend.tsx'
import { LeaderboardMatrix } from './leaderboard-matrix.tsx'
import { RecipeFilter } from './recipe-filter.tsx'

function MatrixSkeleton() {
  return (
    <div role="status" aria-label="Loading the leaderboard" className="grid grid-cols-2 gap-2 p-3 md:grid-cols-5">
      {Array.from({ length: 15 }, (_, cell) => (
        <Skeleton key={cell} className={cell % 5 === 0 ? 'h-22 max-md:col-span-2 max-md:h-6' : 'h-22 max-md:h-14'} />
      ))}
    </div>
  )
}

/** The home page: datasets x models. */
export function LeaderboardView() {
  const trpc = useTRPC()
  const board = useQuery(trpc.leaderboard.get.queryOptions({}))
  // Until the window is known both are there and the style sheet shows one; then only that one is kept.
  const isWide = useMediaQuery('(min-width: 48rem)')
  const [chosenRecipe, setChosenRecipe] = useState<string>()
  const [open, setOpen] = useState<{ dataset: string; model: string }>()
  const [ensemble, setEnsemble] = useState<string>()

  const recipe = board.data?.recipes.find(({ hash }) => hash === chosenRecipe) ?? (board.data === undefined ? undefined : usualRecipe(board.data))
  const index = board.data === undefined ? undefined : indexLeaderboard(board.data, recipe?.hash)
  const openModel = board.data?.models.find(({ id }) => id === open?.model)
  const onOpen = (dataset: string, model: string) => setOpen({ dataset, model })
  const nameOf = (model: string) => board.data?.models.find(({ id }) => id === model)?.name ?? model
  const candidatesOf = (dataset: string) => (index === undefined ? [] : ensembleCandidates(index.models.flatMap(({ id }) => index.cell(dataset, id) ?? []), nameOf))
  const together = board.data?.datasets.find(({ name }) => name === ensemble)
  /** Only where there is something to put together. */
  const onEnsemble = (dataset: string) => (candidatesOf(dataset).length < 2 ? undefined : () => setEnsemble(dataset))
  return (
    <Page
      title="Leaderboard"
      note="Which pretrained network wins on which dataset, and whether the difference is real."
      actions={
        <>
          {board.data !== undefined && <RecipeFilter recipes={board.data.recipes} value={recipe?.hash} onChange={setChosenRecipe} />}
          <Link href="/sweeps/new" className={buttonClass('primary')}>
            <Play aria-hidden size={15} /> New sweep
          </Link>
        </>
      }
    >
      <ActiveSweeps />
      <Panel flush>
        {board.isPending && <MatrixSkeleton />}
        {board.isError && <ErrorState error={board.error} onRetry={() => void board.refetch()} />}
        {board.data?.datasets.length === 0 && (
          <EmptyState
            icon={LayoutGrid}
            title="No datasets yet"
            command="npx graft import FOLDER --name birds"
            action={
              <Link href="/datasets" className={buttonClass('primary')}>
                <ImagePlus aria-hidden size={15} /> Import images
              </Link>
            }
          >
            Import a folder with a subfolder of images for each class. Then launch models on it and compare them here.
          </EmptyState>
        )}
        {board.data !== undefined && index !== undefined && board.data.datasets.length > 0 && (
          <>
            {board.data.cells.length === 0 && (
              <p className="flex flex-wrap items-center gap-x-2 border-b bg-accent-soft px-4 py-2 text-sm text-accent">
                <Sprout aria-hidden size={15} /> Nothing has run yet: press an empty cell to launch it, or
                <Link href="/sweeps/new" className="underline">
                  launch a whole sweep
                </Link>
              </p>
            )}
            {isWide !== false && <LeaderboardMatrix board={board.data} index={index} onOpen={onOpen} onEnsemble={onEnsemble} />}
            {isWide !== true && <LeaderboardCards board={board.data} index={index} onOpen={onOpen} onEnsemble={onEnsemble} />}
            <LeaderboardLegend />
          </>
        )}
      </Panel>
      {open !== undefined && openModel !== undefined && (
        <CellDialog dataset={open.dataset} model={openModel} cell={index?.cell(open.dataset, open.model)} recipeName={recipe?.name} onClose={() => setOpen(undefined)} />
      )}
      {together !== undefined && <EnsembleDialog dataset={together.name} classes={together.classes} candidates={candidatesOf(together.name)} onClose={() => setEnsemble(undefined)} />}
    </Page>
  )
}
