'use client'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { LivePaint } from '../../plots/live-paint.ts'
import type { Paint } from '../../plots/paint.ts'

/** The trial under the pointer, of all plots of a sweep. It is no state of the page: only what shows it hears of it, at most once a frame each. */
export class HoveredTrial {
  readonly #listeners = new Set<() => void>()
  #trial: number | null = null

  get trial(): number | null {
    return this.#trial
  }

  set(trial: number | null): void {
    if (trial === this.#trial) return
    this.#trial = trial
    for (const listener of this.#listeners) listener()
  }

  /** @returns takes it back. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

export const useHoveredTrial = (hovered: HoveredTrial): number | null => useSyncExternalStore(hovered.subscribe, () => hovered.trial, () => null)
/** Whether there is one: for the look of the pointer. */
export const useIsHovered = (hovered: HoveredTrial): boolean => useSyncExternalStore(hovered.subscribe, () => hovered.trial !== null, () => false)

/** A layer that shows the trial under the pointer. `paintOf` must not change from render to render without need. */
export function useHoverPaint(hovered: HoveredTrial, paintOf: (trial: number | null) => Paint): LivePaint {
  const live = useMemo(() => new LivePaint(() => {}), [])
  useEffect(() => {
    const again = () => live.set(paintOf(hovered.trial))
    again()
    return hovered.subscribe(again)
  }, [hovered, live, paintOf])
  return live
}
