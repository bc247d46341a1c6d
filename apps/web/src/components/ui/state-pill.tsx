import type { JobState } from '@graft/contracts/trial'
import { Ban, Check, CirclePause, CircleDashed, LoaderCircle, Scissors, TrendingUp, TriangleAlert, Unplug, type LucideIcon } from 'lucide-react'
import { classNames } from './class-names.ts'

export type TrialState = JobState | 'paused' | 'pruned' | 'diverged'
export type ShownState = TrialState | 'lost' | 'uploading'

const states: Record<ShownState, { icon: LucideIcon; label: string; look: string }> = {
  queued: { icon: CircleDashed, label: 'Queued', look: 'bg-sunken text-muted' },
  uploading: { icon: LoaderCircle, label: 'Uploading', look: 'bg-running-soft text-running' },
  running: { icon: LoaderCircle, label: 'Running', look: 'bg-running-soft text-running' },
  finished: { icon: Check, label: 'Finished', look: 'bg-accent-soft text-accent' },
  paused: { icon: CirclePause, label: 'Paused', look: 'bg-warning-soft text-warning' },
  pruned: { icon: Scissors, label: 'Pruned', look: 'bg-sunken text-muted' },
  diverged: { icon: TrendingUp, label: 'Diverged', look: 'bg-danger-soft text-danger' },
  failed: { icon: TriangleAlert, label: 'Failed', look: 'bg-danger-soft text-danger' },
  cancelled: { icon: Ban, label: 'Cancelled', look: 'bg-sunken text-muted' },
  lost: { icon: Unplug, label: 'Lost', look: 'bg-warning-soft text-warning' },
}

/** The state of a trial, job or attempt: icon, word and colour together. */
export function StatePill({ state, iconOnly = false }: { state: ShownState; iconOnly?: boolean }) {
  const { icon: Icon, label, look } = states[state]
  const spins = state === 'running' || state === 'uploading'
  return (
    <span title={iconOnly ? label : undefined} className={classNames('inline-flex h-5.5 items-center gap-1 rounded-full text-xs font-medium', iconOnly ? 'w-5.5 justify-center' : 'pr-2 pl-1.5', look)}>
      <Icon aria-hidden size={12} className={spins ? 'animate-spin [animation-duration:2s]' : ''} />
      <span className={iconOnly ? 'sr-only' : ''}>{label}</span>
    </span>
  )
}
