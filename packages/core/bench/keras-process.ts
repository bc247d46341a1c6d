import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parityPython, parityScript } from '../src/testing/parity-python.ts'

/** A Python process that keeps a Keras model ready and times it when asked, so that both sides can be measured in turns. */
export interface KerasProcess {
  /** Milliseconds of one round. */
  measure(): Promise<number>
  /** Seconds of processor time so far, of all its threads; NaN where the system does not tell. */
  processorSeconds(): number
  /** Milliseconds of processor time so far, of all its threads; NaN where the system does not tell. */
  processorTime(): number
  /** Bytes of resident memory at its peak; NaN where the system does not tell (only Linux does). */
  peakMemory(): number
  close(): void
}

/** Starts a script of tools/parity that prints `ready` and then a number for every line it reads. Null where there is no Python with Keras. */
export async function startKeras(script: string, args: readonly (string | number)[]): Promise<KerasProcess | null> {
  if (parityPython === null) return null
  const child = spawn(parityPython, [parityScript(script), ...args.map(String)], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${script} ended early`)
    return value as string
  }
  await line()
  return {
    async measure() {
      child.stdin.write('\n')
      return Number(await line())
    },
    processorSeconds() {
      try {
        // Fields 14 and 15 after the name in brackets (proc(5)): user and system time in hundredths of a second.
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
        return (Number(fields[11]) + Number(fields[12])) / 100
      } catch {
        return Number.NaN
      }
    },
    processorTime() {
      try {
        // After the name in brackets: utime and stime are the 12th and 13th fields, in hundredths of a second.
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
        return (Number(fields[11]) + Number(fields[12])) * 10
      } catch {
        return Number.NaN
      }
    },
    peakMemory() {
      try {
        return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024
      } catch {
        return Number.NaN
      }
    },
    close: () => child.stdin.end(),
  }
}
