import { planTrial } from '@graft/core/trial/plan-trial'
import type { JobRunner } from '../job-context.ts'

/** Asks the engine's planner what a training would take on this machine. */
export const runPlan: JobRunner<'plan'> = async ({ model, weights, recipe, images, classes }, { signal }) => {
  signal.throwIfAborted()
  return { kind: 'plan', ...planTrial({ model, weights, recipe, images, classes }) }
}
