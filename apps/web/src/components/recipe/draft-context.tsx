import { createContext, use } from 'react'
import { valueAt, type Draft } from './draft.ts'

export interface DraftAccess {
  draft: Draft
  /** What is wrong, by dotted path. */
  errors: Readonly<Record<string, string>>
  change: (path: string, value: unknown) => void
}

const DraftContext = createContext<DraftAccess | null>(null)
export const DraftProvider = DraftContext.Provider

/** The draft that the fields around write on. */
export function useDraft(): DraftAccess {
  return use(DraftContext)!
}

/** One value of the draft. */
export function useDraftValue(path: string): { value: unknown; error: string | undefined; change: (value: unknown) => void } {
  const { draft, errors, change } = useDraft()
  return { value: valueAt(draft, path), error: errors[path], change: (value) => change(path, value) }
}

/** Whether something is wrong at or below one of the paths. */
export function useHasError(paths: readonly string[]): boolean {
  const { errors } = useDraft()
  return Object.keys(errors).some((where) => paths.some((path) => where === path || where.startsWith(`${path}.`)))
}
