import { styleText } from 'node:util'
import { readEnvironment } from './env.ts'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Colours only for people: on a terminal, and not where NO_COLOR is set. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY && readEnvironment().colours ? styleText(style, text) : text
}

/** Text from outside without control characters: a file's name must not move the cursor or change the window's title. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
}

/** One line on stdout. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** A value on stdout as JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** A remark on stderr, so that stdout stays what a script wants. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** A bar of `width` characters for a share from 0 to 1. */
export function bar(share: number, width = 20): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8)
  return ('█'.repeat(Math.floor(eighths / 8)) + (['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? '')).padEnd(width)
}

/** `1 image`, `5,000 images`. */
export const counted = (count: number, noun: string): string => `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`

/** 0.841 as `84.1%`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`

/** Seconds as people say them: `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** Bytes as people say them: `900 B`, `12.3 MB`, `1.2 GB`. */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${step === 0 ? Math.round(bytes) : (bytes / 1000 ** step).toFixed(1)} ${units[step]}`
}
