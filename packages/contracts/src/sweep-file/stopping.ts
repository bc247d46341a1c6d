import { GraftError } from '../errors.ts'
import { refuseUnknown, requireFields, translate, type Fields } from './known-words.ts'

/** A rule's words in a file and ours. */
interface Words {
  kind: string
  words: Readonly<Record<string, string>>
}

/** Optuna's pruners. Its minima and steps are our epochs. */
const pruners: Readonly<Record<string, Words>> = {
  SuccessiveHalvingPruner: { kind: 'asha', words: { min_resource: 'minimumEpochs', reduction_factor: 'eta' } },
  HyperbandPruner: { kind: 'hyperband', words: { min_resource: 'minimumEpochs', reduction_factor: 'eta', n_brackets: 'brackets' } },
  MedianPruner: { kind: 'median', words: { n_startup_trials: 'startupTrials', n_warmup_steps: 'warmupEpochs' } },
  ThresholdPruner: { kind: 'threshold', words: { lower: 'lower', upper: 'upper', n_warmup_steps: 'warmupEpochs' } },
  PatientPruner: { kind: 'plateau', words: { patience: 'patience', min_delta: 'minimumChange' } },
}

/**
 * W&B's `early_terminate` or Optuna's pruner in our words. W&B's hyperband is successive halving: its brackets are rungs, at
 * `min_iter` times powers of `eta`; by `max_iter` and `s` they end at `max_iter / eta`.
 */
export function readStopping(value: unknown, field: string): Fields {
  if (typeof value === 'string') return { kind: translate<{ kind: string }>(value, field === 'pruner' ? pruners : { hyperband: { kind: 'asha' } }, field).kind }
  const fields = requireFields(value, field)
  if ('kind' in fields) return fields // ours
  const name = fields['type'] ?? fields['name']
  if (field === 'pruner') {
    const { kind, words } = translate(name, pruners, `${field}.type`)
    refuseUnknown(fields, ['type', 'name', ...Object.keys(words)], field)
    return { kind, ...Object.fromEntries(Object.entries(words).flatMap(([theirs, ours]) => (fields[theirs] === undefined ? [] : [[ours, fields[theirs]]]))) }
  }
  translate(name, { hyperband: true }, `${field}.type`)
  refuseUnknown(fields, ['type', 'name', 'min_iter', 'max_iter', 's', 'eta'], field)
  const { min_iter: minimum, max_iter: maximum, s, eta = 3 } = fields
  if (minimum !== undefined || maximum === undefined) return { kind: 'asha', eta, ...(minimum === undefined ? {} : { minimumEpochs: minimum }) }
  if (typeof maximum !== 'number' || typeof s !== 'number' || typeof eta !== 'number') throw new GraftError('invalid_input', `${field}: max_iter needs s, the number of brackets.`, { hint: 'Or say min_iter.', field: `${field}.s` })
  return { kind: 'asha', eta, minimumEpochs: Math.max(1, Math.floor(maximum / eta ** s)) }
}
