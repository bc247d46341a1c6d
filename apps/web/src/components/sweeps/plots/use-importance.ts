'use client'
import type { SearchSpace } from '@graft/contracts/search-space'
import type { ParameterImportance, SweepPoints } from '@graft/contracts/sweep-results'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Asked } from './sweep-plots.tsx'
import { finishedRecords } from './trial-records.ts'

/** Found again when there are a tenth more finished trials. */
const growth = 1.1

/** The importance of each parameter of a search, found in the browser from the points that are there: about a second for 5,000 trials, in steps that leave room for others. */
export function useImportance(id: string, points: SweepPoints | undefined, space: SearchSpace | undefined): Asked<readonly ParameterImportance[]> | null {
  const finished = points?.trials.filter(({ state }) => state === 'finished').length ?? 0
  const { data, error } = useQuery({
    queryKey: ['importance of parameters', id, Math.floor(Math.log(finished + 1) / Math.log(growth))],
    enabled: points !== undefined && space !== undefined,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const { parameterImportance } = await import('@graft/search/importance/parameter-importance')
      return parameterImportance(space!, finishedRecords(points!, space!), signal)
    },
  })
  return space === undefined ? null : { data, error }
}
