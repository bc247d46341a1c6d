import type { PointerEvent } from 'react'
import type { HoveredTrial } from './hovered-trial.ts'

/** A press on what lies nearest: the mouse opens a trial it points at; a finger, which cannot point, picks it out first. */
export function pressTrial(event: PointerEvent<HTMLElement>, trial: number | null, { hovered, onOpen }: { hovered: HoveredTrial; onOpen: (trial: number) => void }): void {
  if (trial !== null && event.pointerType === 'mouse' && event.button === 0) onOpen(trial)
  else hovered.set(trial)
}
