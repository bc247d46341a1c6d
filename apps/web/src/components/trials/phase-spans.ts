import type { Recipe } from '@graft/contracts/recipe'
import type { TrialSummary } from '@graft/contracts/trial'

/** The epochs of one phase, counted over the whole trial; both ends belong to it. */
export interface PhaseSpan {
  kind: Recipe['phases'][number]['kind']
  from: number
  to: number
  /** Undefined while it is not known. */
  best: number | undefined
}

/**
 * Where the phases of a trial lie in its epochs: as they were trained, or as the recipe plans them, up to the first phase whose
 * end only early stopping knows.
 */
export function phaseSpans(recipe: Recipe, summary: TrialSummary | null): PhaseSpan[] {
  const spans: PhaseSpan[] = []
  const add = (kind: PhaseSpan['kind'], epochs: number, best: number | undefined) => {
    const from = (spans.at(-1)?.to ?? 0) + 1
    spans.push({ kind, from, to: from + epochs - 1, best })
  }
  if (summary?.phases !== undefined) {
    for (const { kind, epochs, bestEpoch } of summary.phases) add(kind, epochs, bestEpoch)
    return spans
  }
  for (const { kind, epochs, earlyStopping } of recipe.phases) {
    add(kind, epochs, undefined)
    if (earlyStopping !== undefined) break
  }
  return spans
}

/** Vertical lines for a chart: where fine-tuning begins, between two epochs, and the best epoch of each phase; `kept`: the one whose weights stayed. */
export function curveMarks(spans: readonly PhaseSpan[], kept: number | undefined): CurveMark[] {
  const begins = spans.slice(1).map(({ kind, from }): CurveMark => ({ step: from - 0.5, look: 'phase', label: kind === 'fine-tuning' ? 'fine-tuning' : 'next phase' }))
  const bests = spans.flatMap(({ best }): CurveMark[] => (best === undefined || best === kept ? [] : [{ step: best, look: 'best' }]))
  return [...begins, ...bests, ...(kept === undefined ? [] : [{ step: kept, look: 'kept' } as const])]
}

export interface CurveMark {
  step: number
  look: 'phase' | 'best' | 'kept'
  label?: string
}
