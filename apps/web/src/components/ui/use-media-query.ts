'use client'
import { useCallback, useSyncExternalStore } from 'react'

/** Whether a media query holds; undefined on the server and in the first picture, so that both agree. */
export function useMediaQuery(query: string): boolean | undefined {
  const listen = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore<boolean | undefined>(
    listen,
    () => matchMedia(query).matches,
    () => undefined,
  )
}
