import type { SingleBar } from 'cli-progress'
import type { JobProgress } from '@graft/contracts/job'
import { duration, printable, remark } from './terminal.ts'

/** Shows how far something is, on stderr: a bar on a terminal, else a line now and then. */
export interface Progress {
  update(fraction: number | null, text: string): void
  /** Takes the bar away. */
  stop(): void
}

export async function startProgress(title: string): Promise<Progress> {
  return process.stderr.isTTY ? terminalProgress(title) : lineProgress(title)
}

async function terminalProgress(title: string): Promise<Progress> {
  const { default: progress } = await import('cli-progress')
  const bar: SingleBar = new progress.SingleBar({ format: `${printable(title)} {bar} {percentage}% | {elapsed} | {text}`, barCompleteChar: '█', barIncompleteChar: '░', barsize: 24, hideCursor: false, clearOnComplete: true, stream: process.stderr, fps: 8 })
  const started = performance.now()
  const payload = (text: string) => ({ text: printable(text).slice(0, 60), elapsed: duration((performance.now() - started) / 1000) })
  bar.start(1000, 0, payload(''))
  return {
    update: (fraction, text) => bar.update(Math.round((fraction ?? 0) * 1000), payload(text)),
    stop: () => bar.stop(),
  }
}

/** Shows where a job of the server is: waiting, or the stage that its worker tells. */
export function showJob(progress: Progress, { state, progress: told }: { state: string; progress: JobProgress | null }): void {
  if (state === 'queued') progress.update(null, 'waiting for a worker')
  else if (state === 'running' && told) progress.update(told.fraction, `${told.stage} ${told.message}`)
}

/** Milliseconds between two lines of one stage. */
const linePause = 10_000

/** Lines for logs: one for a new stage, then one every ten seconds. */
export function lineProgress(title: string, write: (line: string) => void = remark, now: () => number = () => performance.now()): Progress {
  let lastStage: string | undefined
  let lastTime = 0
  return {
    update(fraction, text) {
      const stage = text.replace(/[\d.,]+/g, '#')
      if (stage === lastStage && now() - lastTime < linePause) return
      lastStage = stage
      lastTime = now()
      write(`${printable(title)}: ${fraction ? `${Math.floor(fraction * 100)}% ` : ''}${printable(text).trim()}`)
    },
    stop: () => undefined,
  }
}
