'use client'
import { useEffect, useRef } from 'react'

/** The end of a list: asks for more when it comes near the window. */
export function LoadMore({ onNear, busy }: { onNear: () => void; busy: boolean }) {
  const element = useRef<HTMLButtonElement>(null)
  const latest = useRef(onNear)
  useEffect(() => {
    latest.current = onNear
  }, [onNear])
  useEffect(() => {
    if (element.current === null || busy) return
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && latest.current(), { rootMargin: '300px' })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [busy])
  return (
    <button ref={element} type="button" onClick={onNear} disabled={busy} className="mx-auto mt-3 block rounded-md px-3 py-1.5 text-xs text-muted hover:bg-hover">
      {busy ? 'Loading…' : 'Show more'}
    </button>
  )
}
