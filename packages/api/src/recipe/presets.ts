import type { Recipe } from '@graft/contracts/recipe'
import { recipePresets } from '@graft/contracts/recipe/presets'
import { userProcedure } from '../trpc.ts'

/** Recipes to start from. */
export const presets = userProcedure.query((): Recipe[] => [...recipePresets])
