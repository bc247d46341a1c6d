import type { Stopping } from '@graft/contracts/sweep-search'
import { describe, expect, test } from 'vitest'
import type { TrialRecord } from '../trial-record.ts'
import { bracketOf, bracketsOf } from './brackets.ts'
import golden from './golden/optuna-pruners.json' with { type: 'json' }
import { stopReason } from './stop-reason.ts'
import { failsSuccessiveHalving, rungsUpTo } from './successive-halving.ts'

const minimize = { metric: 'validation/loss', goal: 'minimize' } as const
const maximize = { metric: 'validation/accuracy', goal: 'maximize' } as const
const steps = (values: readonly number[]): { step: number; value: number }[] => values.map((value, index) => ({ step: index + 1, value }))
const running = (index: number, values: readonly number[]): TrialRecord => ({ index, configuration: { a: index }, state: 'running', value: null, steps: steps(values) })

/** Runs the recorded curves one after the other; at which epoch each was stopped. */
function stopped(asked: (trial: TrialRecord, history: TrialRecord[]) => boolean, sign = 1): (number | null)[] {
  const history: TrialRecord[] = []
  return golden.curves.map((curve, index) => {
    const values = curve.map((value) => sign * value)
    const end = values.findIndex((_, epoch) => asked(running(index, values.slice(0, epoch + 1)), history))
    history.push({ ...running(index, end === -1 ? values : values.slice(0, end + 1)), state: end === -1 ? 'finished' : 'pruned', value: Math.min(...values) })
    return end === -1 ? null : end + 1
  })
}

describe('real curves, one trial after the other: stops at the epochs at which Optuna stops', () => {
  test.each<[keyof typeof golden.pruners, Stopping]>([
    ['asha', { kind: 'asha', minimumEpochs: 1, eta: 3 }],
    ['asha, eta 2, from 2', { kind: 'asha', minimumEpochs: 2, eta: 2 }],
    ['median', { kind: 'median', startupTrials: 5, warmupEpochs: 0 }],
    ['median, after 3', { kind: 'median', startupTrials: 10, warmupEpochs: 3 }],
    ['threshold', { kind: 'threshold', lower: 0.5, upper: 2.5, warmupEpochs: 2 }],
    ['plateau', { kind: 'plateau', patience: 3, minimumChange: 0 }],
  ])('%s', (name, stopping) => {
    const expected = golden.pruners[name].stopped
    expect(expected.filter((epoch) => epoch !== null).length).toBeGreaterThan(5)
    expect(stopped((trial, history) => stopReason({ stopping, objective: minimize, trial, history, maximumEpochs: 12 }) !== null)).toEqual(expected)
    // Upside down, as an accuracy, all the same; a threshold has its bounds upside down too.
    const mirrored: Stopping = stopping.kind === 'threshold' ? { ...stopping, lower: -2.5, upper: -0.5 } : stopping
    expect(stopped((trial, history) => stopReason({ stopping: mirrored, objective: maximize, trial, history, maximumEpochs: 12 }) !== null, -1)).toEqual(expected)
  })

  test('hyperband, trial by trial in the bracket that Optuna drew for it', () => {
    const brackets = bracketsOf({ kind: 'hyperband', minimumEpochs: 1, eta: 3 }, 12)
    const bracket = golden.pruners.hyperband.brackets
    const asked = (trial: TrialRecord, history: TrialRecord[]): boolean => {
      const own = bracket[trial.index]!
      return failsSuccessiveHalving({ objective: minimize, trial, others: history.filter(({ index }) => bracket[index] === own), minimumEpochs: brackets[own]!.minimumEpochs, eta: 3 }) !== null
    }
    expect(stopped(asked)).toEqual(golden.pruners.hyperband.stopped)
  })
})

test('brackets: those of the Hyperband paper for 81 epochs and eta 3, each proposal in one by its number', () => {
  const brackets = bracketsOf({ kind: 'hyperband', minimumEpochs: 1, eta: 3 }, 81)
  expect(brackets).toEqual([{ minimumEpochs: 1, trials: 81 }, { minimumEpochs: 3, trials: 34 }, { minimumEpochs: 9, trials: 15 }, { minimumEpochs: 27, trials: 8 }, { minimumEpochs: 81, trials: 5 }])
  const counts = [0, 0, 0, 0, 0]
  for (let index = 0; index < 143; index += 1) counts[bracketOf(index, brackets)]! += 1
  expect(counts).toEqual([81, 34, 15, 8, 5])
  expect(bracketOf(143 + 7, brackets)).toBe(bracketOf(7, brackets))
  // None waits for its turn: among the first 20 each but the smallest has trials.
  expect(new Set(Array.from({ length: 20 }, (_, index) => bracketOf(index, brackets))).size).toBeGreaterThanOrEqual(4)
})

test('rungs of an eta that is no whole number', () => {
  expect(rungsUpTo(1, 1.5, 12)).toEqual([1, 2, 3, 4, 6, 8, 12])
  expect(rungsUpTo(2, 3, 60)).toEqual([2, 6, 18, 54])
})

test('a rung counts the pruned and the running ones that have been there; the decision falls at the rung only', () => {
  const stopping: Stopping = { kind: 'asha', minimumEpochs: 2, eta: 2 }
  const history = [running(0, [0.5, 0.4]), { ...running(1, [0.5, 0.3]), state: 'pruned' as const }, running(2, [0.1])]
  const ask = (values: number[], since?: number): string | null => stopReason({ stopping, objective: minimize, trial: running(3, values), history, maximumEpochs: 20, ...(since !== undefined && { since }) })
  expect(ask([0.9])).toBeNull()
  expect(ask([0.9, 0.35])).toContain('after 2 epochs')
  expect(ask([0.9, 0.2])).toBeNull()
  expect(ask([0.9, 0.35, 0.34])).toBeNull()
  // Three epochs came at once.
  expect(ask([0.9, 0.35, 0.34], 0)).toContain('after 2 epochs')
})

test('a value that is no number stops under every rule, and counts as the worst for the others', () => {
  expect(stopReason({ stopping: { kind: 'plateau', patience: 5, minimumChange: 0 }, objective: minimize, trial: running(0, [Number.NaN]), history: [], maximumEpochs: 3 })).toContain('no number')
  const history = [running(0, [Number.NaN]), running(1, [Number.NaN])]
  expect(stopReason({ stopping: { kind: 'asha', minimumEpochs: 1, eta: 3 }, objective: minimize, trial: running(2, [5]), history, maximumEpochs: 3 })).toBeNull()
})

test('a plateau takes only a change above the least one for better', () => {
  const ask = (values: number[]): string | null => stopReason({ stopping: { kind: 'plateau', patience: 2, minimumChange: 0.01 }, objective: maximize, trial: running(0, values), history: [], maximumEpochs: 9 })
  expect(ask([0.5, 0.505])).toBeNull()
  expect(ask([0.5, 0.505, 0.509])).toBe('No better by 0.01 for 2 epochs.')
  expect(ask([0.5, 0.505, 0.52])).toBeNull()
})
