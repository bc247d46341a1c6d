'use client'
import { relativeTimeText } from '../../format/relative-time.ts'
import { useNow } from './clock.ts'

/** `5 min ago`, kept current; the full time on hover. */
export function RelativeTime({ time }: { time: Date }) {
  const now = useNow()
  return (
    <time dateTime={time.toISOString()} title={`${time.toISOString().replace('T', ' ').slice(0, 19)} UTC`}>
      {relativeTimeText(time, now ?? time)}
    </time>
  )
}
