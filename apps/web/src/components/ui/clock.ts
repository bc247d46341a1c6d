'use client'
import { useSyncExternalStore } from 'react'

const tickMilliseconds = 5000
const listeners = new Set<() => void>()
let now: Date | null = null
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  now = new Date()
  for (const listener of listeners) listener()
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, tickMilliseconds)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
    now = null
  }
}

/** The time, renewed every few seconds: one clock for a whole page. Null on the server and in the first picture, so that both agree. */
export function useNow(): Date | null {
  return useSyncExternalStore(
    listen,
    () => (now ??= new Date()),
    () => null,
  )
}
