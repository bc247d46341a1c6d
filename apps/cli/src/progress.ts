import type { SingleBar } from 'cli-progress'
import { duration, printable, remark } from './terminal.ts'

/** Shows how far something is, on stderr: a bar on a terminal, else a line at every tenth and every new stage. */
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

function lineProgress(title: string): Progress {
  let last = ''
  return {
    update(fraction, text) {
      const stage = text.replace(/[\d.,]+/g, '#')
      const mark = `${fraction === null ? '' : Math.floor(fraction * 10)} ${stage}`
      if (mark === last) return
      last = mark
      remark(`${printable(title)}: ${fraction === null ? '' : `${Math.floor(fraction * 100)}% `}${printable(text).trim()}`)
    },
    stop: () => undefined,
  }
}
