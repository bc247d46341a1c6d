import { readFileSync } from 'node:fs'

/** The value below which a fraction of the values lie (nearest rank); NaN of none. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN
}

/** Seconds of processor time that processes have used so far (Linux); those that are gone count as nothing. */
export function processorSeconds(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // ended meanwhile, or not Linux
    }
  }
  return ticks / 100
}

/** A process and its children: Postgres has one a connection. */
export function withChildren(pid: number): number[] {
  return [pid, ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter((word) => word !== '').map(Number)]
}

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`| ${head.join(' | ')} |\n|${head.map(() => '--:').join('|')}|`)
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
}
