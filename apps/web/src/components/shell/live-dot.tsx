'use client'
import { useLiveState } from '../../live/live-updates.tsx'
import { classNames } from '../ui/class-names.ts'

const looks = {
  connecting: { dot: 'bg-warning animate-pulse-soft', word: 'Connecting', text: 'Connecting to the server' },
  live: { dot: 'bg-accent', word: 'Live', text: 'Live: changes show by themselves' },
  broken: { dot: 'bg-danger', word: 'Not live', text: 'No live connection to the server: what you see may be old' },
}

/** Whether the page hears of changes. */
export function LiveDot() {
  const { dot, word, text } = looks[useLiveState()]
  return (
    <span role="status" title={text} className="flex h-8 items-center gap-1.5 px-2 text-xs text-muted">
      <span className={classNames('size-2 rounded-full', dot)} />
      {word}
    </span>
  )
}
