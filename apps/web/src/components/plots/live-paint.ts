import type { Paint } from './paint.ts'

/** A layer that changes from frame to frame (a range being dragged, a trial under the pointer): painted anew without the page being rendered anew. */
export class LivePaint {
  readonly #listeners = new Set<() => void>()
  #paint: Paint

  constructor(paint: Paint) {
    this.#paint = paint
  }

  get paint(): Paint {
    return this.#paint
  }

  set(paint: Paint): void {
    this.#paint = paint
    for (const listener of this.#listeners) listener()
  }

  /** @returns takes it back. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
