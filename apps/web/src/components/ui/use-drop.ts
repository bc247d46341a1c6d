'use client'
import { useState, type DragEvent } from 'react'

/** Makes an element take what is dragged onto it. `over`: something hangs above it; spread `handlers` on the element. */
export function useDrop(onDrop: (transfer: DataTransfer) => void) {
  const [over, setOver] = useState(false)
  const handlers = {
    // Without this the browser opens what is dropped.
    onDragOver: (event: DragEvent) => {
      event.preventDefault()
      setOver(true)
    },
    // Going over a child is not leaving.
    onDragLeave: (event: DragEvent) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      onDrop(event.dataTransfer)
    },
  }
  return { over, handlers }
}
