'use client'
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { relativeTimeText } from '../../format/relative-time.ts'

const NowContext = createContext<Date | null>(null)

/** One clock for all relative times of a page. Null on the server and in the first picture, so that both agree. */
export function NowProvider({ children }: { children: ReactNode }) {
  const [now, setNow] = useState<Date | null>(null)
  useEffect(() => {
    setNow(new Date())
    const timer = setInterval(() => setNow(new Date()), 5000)
    return () => clearInterval(timer)
  }, [])
  return <NowContext value={now}>{children}</NowContext>
}

export const useNow = (): Date | null => useContext(NowContext)

/** `5 min ago`, kept current; the full time on hover. */
export function RelativeTime({ time }: { time: Date }) {
  const now = useNow()
  return (
    <time dateTime={time.toISOString()} title={time.toISOString().replace('T', ' ').slice(0, 19) + ' UTC'}>
      {relativeTimeText(time, now ?? time)}
    </time>
  )
}
