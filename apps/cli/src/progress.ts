import type { SingleBar } from 'cli-progress'
import type { JobProgress } from '@graft/contracts/job'
import { overallFraction } from '@graft/contracts/overall-fraction'
import { duration, printable, remark } from './terminal.ts'

/** Shows how far something is, on stderr: a bar on a terminal, else a line now and then. */
export interface Progress {
  /** How far the whole is, 0 to 1; null leaves the bar where it is. It never goes back. */
  update(fraction: number | null, text: string): void
  /** Takes the bar away. */
  stop(): void
}

export async function startProgress(title: string): Promise<Progress> {
  return process.stderr.isTTY ? terminalProgress(title) : lineProgress(title)
}

/** A stretch of a bar for one part of the work: its 0 is `from`, its 1 is `to`. */
export function stretch(progress: Progress, from: number, to: number): Pick<Progress, 'update'> {
  return { update: (fraction, text) => progress.update(from + (fraction ?? 0) * (to - from), text) }
}

/** The furthest that was ever told. */
function onwards(): (fraction: number | null) => number {
  let furthest = 0
  return (fraction) => (furthest = Math.max(furthest, fraction ?? 0))
}

async function terminalProgress(title: string): Promise<Progress> {
  const { default: progress } = await import('cli-progress')
  const bar: SingleBar = new progress.SingleBar({ format: `${printable(title)} {bar} {percentage}% | {elapsed} | {text}`, barCompleteChar: '█', barIncompleteChar: '░', barsize: 24, hideCursor: false, clearOnComplete: true, stream: process.stderr, fps: 8 })
  const started = performance.now()
  const payload = (text: string) => ({ text: printable(text).slice(0, 60), elapsed: duration((performance.now() - started) / 1000) })
  const furthest = onwards()
  bar.start(1000, 0, payload(''))
  return {
    update: (fraction, text) => bar.update(Math.round(furthest(fraction) * 1000), payload(text)),
    stop: () => bar.stop(),
  }
}

/** Shows where a job of the server is: waiting, or the stage that its worker tells. */
export function showJob(progress: Pick<Progress, 'update'>, { state, progress: told }: { state: string; progress: JobProgress | null }): void {
  if (state === 'queued') progress.update(null, 'waiting for a worker')
  else if (state === 'running' && told) progress.update(overallFraction(told), `${told.stage} ${told.message}`)
}

/** Milliseconds between two lines of one stage. */
const linePause = 10_000

/** Lines for logs: one for a new stage, then one every ten seconds. */
export function lineProgress(title: string, write: (line: string) => void = remark, now: () => number = () => performance.now()): Progress {
  let lastStage: string | undefined
  let lastTime = 0
  const furthest = onwards()
  return {
    update(fraction, text) {
      const reached = furthest(fraction)
      const stage = text.replace(/[\d.,]+/g, '#')
      if (stage === lastStage && now() - lastTime < linePause) return
      lastStage = stage
      lastTime = now()
      write(`${printable(title)}: ${reached > 0 ? `${Math.floor(reached * 100)}% ` : ''}${printable(text).trim()}`)
    },
    stop: () => undefined,
  }
}
