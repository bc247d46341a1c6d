import type { LivePaint } from '../../plots/live-paint.ts'
import { countText } from '../../../format/count.ts'
import { brushedTrials, countInside, stretchText, trialsWithin, withBrush, type Brushes } from './brushes.ts'
import { allAxes, paintAxes, paintSample } from './paint-parallel.ts'
import type { SweepColumns } from './sweep-columns.ts'

/** A range that stands still for so long is taken over by the other plots and the table. */
const restMilliseconds = 150
/** Lines of the sample in a frame; more while frames come in time, fewer while they do not. */
const [fewestLines, mostLines] = [60, 2500]
const [lateMilliseconds, promptMilliseconds] = [30, 20]
let linesWhileMoving = 300

function adapt(gap: number): void {
  if (gap > lateMilliseconds && gap < 500) linesWhileMoving = Math.max(fewestLines, Math.round(linesWhileMoving * 0.8))
  else if (gap < promptMilliseconds) linesWhileMoving = Math.min(mostLines, linesWhileMoving + 10)
}

interface DragRange {
  columns: SweepColumns
  /** Those at the beginning. */
  brushes: Brushes
  axis: number
  /** Layers of the plot. */
  trials: LivePaint
  axes: LivePaint
  /** Hears of the range whenever it stands still, and at the end. */
  onRest: (brushes: Brushes) => void
}

/**
 * A range being dragged along an axis. Each frame shows a sample of the trials in it, on canvases alone; the page is rendered anew
 * only when it stands still.
 */
export class RangeDrag {
  readonly #drag: DragRange
  /** Within all other brushes. */
  readonly #others: Uint8Array
  #stretch: readonly [number, number] | null = null
  #frame: number | undefined
  #rest: ReturnType<typeof setTimeout> | undefined
  #before = -Infinity

  constructor(drag: DragRange) {
    this.#drag = drag
    this.#others = brushedTrials(drag.columns, withBrush(drag.brushes, allAxes(drag.columns)[drag.axis]!.name, null))
  }

  moveTo(stretch: readonly [number, number]): void {
    this.#stretch = stretch
    this.#frame ??= requestAnimationFrame((now) => this.#show(now))
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => this.#tell(), restMilliseconds)
  }

  /** Ends it; the range stays as it is. */
  end(): void {
    clearTimeout(this.#rest)
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    if (this.#stretch !== null) this.#tell()
  }

  #show(now: number): void {
    this.#frame = undefined
    adapt(now - this.#before)
    this.#before = now
    const { columns, axis, trials, axes } = this.#drag
    const brushed = allAxes(columns)[axis]!
    const inside = trialsWithin(this.#others, brushed.places, this.#stretch!)
    trials.set(paintSample(columns, inside, linesWhileMoving))
    const count = countInside(inside)
    axes.set(paintAxes(columns, withBrush(this.#drag.brushes, brushed.name, this.#stretch!), { axis: brushed.name, text: `${stretchText(brushed, this.#stretch!)} · ${countText(count)} ${count === 1 ? 'trial' : 'trials'}` }))
  }

  #tell(): void {
    const name = allAxes(this.#drag.columns)[this.#drag.axis]!.name
    this.#drag.onRest(withBrush(this.#drag.brushes, name, this.#stretch!))
  }
}
