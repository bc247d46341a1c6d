import { searchMethods, type SearchMethod } from '@graft/contracts/sweep-search'
import { useDraft, useDraftValue } from '../recipe/draft-context.tsx'
import { ChoiceInput, GroupError, NumberInput } from '../recipe/draft-fields.tsx'
import { FieldGrid } from '../recipe/fold.tsx'

const methodWords: Readonly<Record<SearchMethod, string>> = {
  tpe: 'TPE: learns from what was tried',
  'gaussian-process': 'Gaussian process: few parameters, costly trials',
  evolutionary: 'evolutionary: many parameters, many trials',
  sobol: 'Sobol: evenly spread',
  random: 'random',
  grid: 'grid: every combination',
}
const stoppings: Readonly<Record<string, string>> = { none: 'never: each trial runs to its end', asha: 'ASHA: the best of each rung go on', hyperband: 'Hyperband: ASHA with several brackets', median: 'median: worse than half of the others', threshold: 'threshold: past a bound', plateau: 'plateau: no longer better' }
const stoppingStarts: Readonly<Record<string, object>> = { asha: { minimumEpochs: 1, eta: 3 }, hyperband: { minimumEpochs: 1, eta: 3 }, median: { startupTrials: 5, warmupEpochs: 0 }, threshold: { warmupEpochs: 0 }, plateau: { patience: 5, minimumChange: 0 } }
const metrics = { 'validation/accuracy': 'validation accuracy', 'validation/loss': 'validation loss' }

function StoppingFields() {
  const { value, change } = useDraftValue('stopping')
  const kind = ((value ?? {}) as { kind?: string }).kind ?? 'none'
  return (
    <FieldGrid>
      <div className="col-span-2">
        <ChoiceInput path="stopping.kind" label="Stop trials that will not win" options={stoppings} unset="none" onChoose={(chosen) => change(chosen === 'none' ? undefined : { kind: chosen, ...stoppingStarts[chosen] })} />
      </div>
      {(kind === 'asha' || kind === 'hyperband') && (
        <>
          <NumberInput path="stopping.minimumEpochs" label="Epochs at least" unset={1} />
          <NumberInput path="stopping.eta" label="One in so many goes on" hint="eta" unset={3} />
        </>
      )}
      {kind === 'hyperband' && <NumberInput path="stopping.brackets" label="Brackets" unset="as many as fit" />}
      {kind === 'median' && <NumberInput path="stopping.startupTrials" label="Trials before it begins" unset={5} />}
      {kind === 'threshold' && (
        <>
          <NumberInput path="stopping.lower" label="Below" hint="Of the objective" />
          <NumberInput path="stopping.upper" label="Above" hint="Of the objective" />
        </>
      )}
      {(kind === 'median' || kind === 'threshold') && <NumberInput path="stopping.warmupEpochs" label="Epochs before it looks" unset={0} />}
      {kind === 'plateau' && (
        <>
          <NumberInput path="stopping.patience" label="Patience" hint="Epochs" unset={5} />
          <NumberInput path="stopping.minimumChange" label="Smallest gain" unset={0} />
        </>
      )}
    </FieldGrid>
  )
}

/** How configurations are proposed, what is optimized, when trials are stopped, and when the search ends. */
export function MethodFields() {
  const { draft } = useDraft()
  const isGrid = draft.method === 'grid'
  return (
    <div className="space-y-3">
      <FieldGrid>
        <div className="col-span-2">
          <ChoiceInput path="method" label="Method" options={Object.fromEntries([...searchMethods].toSorted((a, b) => Object.keys(methodWords).indexOf(a) - Object.keys(methodWords).indexOf(b)).map((method) => [method, methodWords[method]]))} unset="tpe" />
        </div>
        <ChoiceInput path="objective.metric" label="Objective" hint="On validation images; the test split is never looked at" options={metrics} unset="validation/accuracy" />
        <NumberInput path="objective.target" label="Target" hint="The search ends once a configuration has it" unset="none" />
        <NumberInput path="seed" label="Seed of the search" hint="Same seed, same results: same proposals" unset={0} />
        <NumberInput path="parallel" label="At once" hint="Configurations" unset="as workers allow" />
      </FieldGrid>
      <StoppingFields />
      <FieldGrid>
        <NumberInput path="budget.trials" label="Budget: trials" unset={isGrid ? 'all' : 'no limit'} />
        <NumberInput path="budget.seconds" label="Budget: seconds of training" hint="Over all workers" unset="no limit" />
        <NumberInput path="budget.images" label="Budget: images seen" hint="Each epoch's counted" unset="no limit" />
      </FieldGrid>
      <GroupError path="budget" />
      <GroupError path="stopping" />
    </div>
  )
}
