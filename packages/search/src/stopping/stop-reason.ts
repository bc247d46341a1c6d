import type { Objective, Stopping } from '@graft/contracts/sweep-search'
import type { TrialRecord } from '../trial-record.ts'
import { bracketOf, bracketsOf } from './brackets.ts'
import { failsSuccessiveHalving } from './successive-halving.ts'

export interface StoppingQuestion {
  stopping: Stopping
  objective: Objective
  /** The running trial with its curve so far. */
  trial: TrialRecord
  /** All proposals; the trial itself may be among them. */
  history: readonly TrialRecord[]
  /** Epochs of a whole trial, over all phases. */
  maximumEpochs: number
  /** The rule is asked for every epoch after this one; by default for the last one only. Give it where several epochs came at once. */
  since?: number
}

/**
 * Why a trial should stop now, in words for its row; null for going on. To be asked after each epoch: a decision depends on the
 * history as it is then. The rules decide as Optuna's pruners do (golden file); where ours differ their functions say so.
 */
export function stopReason(question: StoppingQuestion): string | null {
  const steps = question.trial.steps ?? []
  const since = question.since ?? (steps.at(-2)?.step ?? 0)
  for (let count = 1; count <= steps.length; count += 1) {
    const epoch = steps[count - 1]!.step
    if (epoch <= since) continue
    const reason = reasonAt({ ...question, trial: { ...question.trial, steps: steps.slice(0, count) } }, epoch)
    if (reason !== null) return reason
  }
  return null
}

function reasonAt(question: StoppingQuestion, epoch: number): string | null {
  const { stopping, trial, history, maximumEpochs } = question
  const value = trial.steps!.at(-1)!.value
  if (!Number.isFinite(value)) return `The objective is no number at epoch ${epoch}.`
  switch (stopping.kind) {
    case 'asha': {
      const rung = failsSuccessiveHalving({ ...question, others: othersOf(question, history), minimumEpochs: stopping.minimumEpochs, eta: stopping.eta })
      return rung === null ? null : `Not among the best 1/${stopping.eta} after ${rung} epochs.`
    }
    case 'hyperband': {
      const brackets = bracketsOf(stopping, maximumEpochs)
      const bracket = bracketOf(trial.index, brackets)
      const others = othersOf(question, history).filter((other) => bracketOf(other.index, brackets) === bracket)
      const rung = failsSuccessiveHalving({ ...question, others, minimumEpochs: brackets[bracket]!.minimumEpochs, eta: stopping.eta })
      return rung === null ? null : `Not among the best 1/${stopping.eta} of bracket ${bracket + 1} after ${rung} epochs.`
    }
    case 'median':
      return belowMedian(question, stopping, epoch)
    case 'threshold':
      return pastThreshold(stopping, value, epoch)
    case 'plateau':
      return onPlateau(question, stopping)
  }
}

const othersOf = ({ trial }: StoppingQuestion, history: readonly TrialRecord[]): TrialRecord[] => history.filter(({ index }) => index !== trial.index)

/** The best epoch so far is worse than the median of the finished trials at this epoch (Golovin et al., "Google Vizier", 2017; Optuna's MedianPruner). */
function belowMedian(question: StoppingQuestion, { startupTrials, warmupEpochs }: Extract<Stopping, { kind: 'median' }>, epoch: number): string | null {
  const finished = othersOf(question, question.history).filter(({ state }) => state === 'finished')
  if (finished.length < startupTrials || epoch <= warmupEpochs) return null
  const values = finished.flatMap(({ steps }) => steps?.find(({ step }) => step === epoch)?.value ?? []).filter(Number.isFinite)
  if (values.length === 0) return null
  const { sign, losses } = lossesOf(question)
  const middle = medianOf(values.map((value) => sign * value))
  return Math.min(...losses) > middle ? `Worse than the median of ${values.length} trials at epoch ${epoch} (${short(sign * middle)}).` : null
}

function pastThreshold({ lower, upper, warmupEpochs }: Extract<Stopping, { kind: 'threshold' }>, value: number, epoch: number): string | null {
  if (epoch <= warmupEpochs) return null
  if (lower !== undefined && value < lower) return `${short(value)} at epoch ${epoch} is below ${lower}.`
  if (upper !== undefined && value > upper) return `${short(value)} at epoch ${epoch} is above ${upper}.`
  return null
}

/** As Keras's EarlyStopping counts: `patience` epochs in a row, none of which is better than the best before them by more than `minimumChange`. Optuna's PatientPruner waits one epoch longer and takes an equal value for better. */
function onPlateau(question: StoppingQuestion, { patience, minimumChange }: Extract<Stopping, { kind: 'plateau' }>): string | null {
  const { losses } = lossesOf(question)
  if (losses.length <= patience) return null
  const before = Math.min(...losses.slice(0, -patience))
  const after = Math.min(...losses.slice(-patience))
  return after < before - minimumChange ? null : `No better${minimumChange > 0 ? ` by ${minimumChange}` : ''} for ${patience} epochs.`
}

/** Lower is better. */
function lossesOf({ objective, trial }: StoppingQuestion): { sign: number; losses: number[] } {
  const sign = objective.goal === 'maximize' ? -1 : 1
  return { sign, losses: trial.steps!.map(({ value }) => sign * value) }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const short = (value: number): string => String(Number(value.toPrecision(4)))
