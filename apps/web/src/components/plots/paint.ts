export interface PlotColours { ink: string; muted: string; faint: string; line: string; accent: string; surface: string; ramp: readonly string[] }

export interface Surface {
  context: CanvasRenderingContext2D
  /** CSS pixels. */
  width: number
  height: number
  colours: PlotColours
}

/**
 * Paints one layer of a plot: at once, or, where that may take longer than a frame, in steps. Those are taken as frames have room for
 * them (`paint-queue.ts`) and left where they are when the layer changes; until the first is taken the layer stays as it was. So no
 * number of trials makes the page stand still.
 */
export type Paint = ((surface: Surface) => void) | { inSteps: (surface: Surface) => Iterator<void> }
