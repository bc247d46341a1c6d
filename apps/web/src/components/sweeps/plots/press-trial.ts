import type { PointerEvent } from 'react'

/** A press on what lies nearest: the mouse opens a trial it points at; a finger, which cannot point, picks it out first. */
export function pressTrial(event: PointerEvent<HTMLElement>, trial: number | null, { onHover, onOpen }: { onHover: (trial: number | null) => void; onOpen: (trial: number) => void }): void {
  if (trial !== null && event.pointerType === 'mouse' && event.button === 0) onOpen(trial)
  else onHover(trial)
}
