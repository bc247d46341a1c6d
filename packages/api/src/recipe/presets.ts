import { recipePresets, type Recipe } from '@graft/contracts/recipe'
import { userProcedure } from '../trpc.ts'

/** Recipes to start from. */
export const presets = userProcedure.query((): Recipe[] => [...recipePresets])
