import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRig, RigWorker } from '../../e2e/faults/fault-rig.ts'
import type { Random } from '../../packages/statistics/src/random.ts'

/** What is done to a running fleet, and how often of a hundred. SIGSTOP lasts up to 40 s: longer than a lease now and then. */
const weights = { 'worker kill -9': 55, 'worker SIGTERM': 20, 'worker SIGSTOP': 15, 'web kill -9': 3, 'web SIGTERM': 3, 'Postgres fast restart': 2, 'Postgres crash and restart': 2 } as const
export type Fault = keyof typeof weights
export const faults = Object.keys(weights) as Fault[]

/** Chooses by the weights. `uniform`: in [0, 1). */
export function chooseFault(uniform: number): Fault {
  let left = uniform * Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  for (const fault of faults) {
    left -= weights[fault]
    if (left < 0) return fault
  }
  return faults[0]!
}

/** Workers that are started again whenever they end, as a supervisor does. */
export class SupervisedWorkers {
  readonly #rig: FaultRig
  readonly #workers: RigWorker[] = []
  /** Sent a signal that ends them, but not gone yet. One that was frozen and woken is a victim again: `child.killed` would say no. */
  readonly #ending = new WeakSet<RigWorker>()
  #ended = false
  starts = 0

  constructor(rig: FaultRig, count: number) {
    this.#rig = rig
    for (let index = 0; index < count; index++) this.#start(index)
  }

  #start(index: number): void {
    const worker = this.#rig.startWorker(`worker-${index}`)
    this.#workers[index] = worker
    this.starts += 1
    void worker.ended.then(() => {
      if (!this.#ended) this.#start(index)
    })
  }

  /** One that has registered with the server, so that a fault meets work and not a process that only starts; any, where none has within half a minute. */
  async ready(uniform: number, signal: AbortSignal): Promise<RigWorker> {
    for (let wait = 0; wait < 300 && !signal.aborted; wait++) {
      const ready = this.#workers.filter((worker) => worker.child.exitCode === null && worker.child.signalCode === null && !this.#ending.has(worker) && worker.output().includes(' is at http'))
      if (ready.length > 0) return ready[Math.floor(uniform * ready.length)]!
      await sleep(100)
    }
    return this.#workers[Math.floor(uniform * this.#workers.length)]!
  }

  kill(worker: RigWorker, signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#ending.add(worker)
    worker.child.kill(signal)
  }

  async end(): Promise<void> {
    this.#ended = true
    for (const worker of this.#workers) worker.child.kill('SIGCONT')
    await Promise.all(this.#workers.map((worker) => worker.end('SIGTERM')))
  }
}

/**
 * Does faults at random moments, `meanMilliseconds` apart, until there were `kills` of them or the signal fires; the same random
 * numbers give the same faults at the same moments. @returns how many there were of each.
 */
export async function disturb(rig: FaultRig, workers: SupervisedWorkers, random: Random, options: { kills: number; meanMilliseconds: number; signal: AbortSignal; onFault?(fault: Fault, index: number): void }): Promise<Map<Fault, number>> {
  const counts = new Map<Fault, number>()
  const lasting: Promise<unknown>[] = []
  let server: Promise<unknown> = Promise.resolve()
  for (let index = 0; index < options.kills && !options.signal.aborted; index++) {
    await sleep(-Math.log(1 - random.uniform(0, 1)) * options.meanMilliseconds, undefined, { signal: options.signal }).catch(() => {})
    const fault = chooseFault(random.uniform(0, 1))
    const [which, howLong] = [random.uniform(0, 1), random.uniform(0, 1)]
    const victim = fault.startsWith('worker') ? await workers.ready(which, options.signal) : null
    if (options.signal.aborted) break
    counts.set(fault, (counts.get(fault) ?? 0) + 1)
    options.onFault?.(fault, index)
    if (victim !== null) {
      if (fault === 'worker kill -9') workers.kill(victim, 'SIGKILL')
      else if (fault === 'worker SIGTERM') workers.kill(victim, 'SIGTERM')
      else lasting.push(freeze(victim.child, howLong ** 3 * 40_000, options.signal))
    } else {
      // One restart of server or database at a time; workers go on being killed meanwhile.
      server = server.then(() => restart(rig, fault, howLong))
      lasting.push(server)
    }
  }
  await Promise.all(lasting)
  return counts
}

async function freeze(child: RigWorker['child'], milliseconds: number, signal: AbortSignal): Promise<void> {
  child.kill('SIGSTOP')
  await sleep(milliseconds, undefined, { signal }).catch(() => {})
  child.kill('SIGCONT')
}

function restart(rig: FaultRig, fault: Fault, howLong: number): Promise<void> {
  switch (fault) {
    case 'web kill -9':
      return rig.server.restartWeb('SIGKILL')
    case 'web SIGTERM':
      return rig.server.restartWeb('SIGTERM')
    case 'Postgres fast restart':
      return rig.server.restartPostgres('fast', howLong * 3000)
    default:
      return rig.server.restartPostgres('immediate', howLong * 3000)
  }
}
