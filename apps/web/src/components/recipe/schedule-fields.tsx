import { earlyStoppingSchema, scheduleSchema } from '@graft/contracts/recipe/schedule'
import { useDraftValue } from './draft-context.tsx'
import { ChoiceInput, NumberInput } from './draft-fields.tsx'
import { FieldGrid } from './fold.tsx'
import { LearningRatePreview } from './learning-rate-preview.tsx'

const schedules: Readonly<Record<string, string>> = { constant: 'constant', step: 'in steps', exponential: 'exponential', cosine: 'cosine, with warm-up', 'reduce-on-plateau': 'reduce on plateau' }
const starts: Readonly<Record<string, unknown>> = { step: { kind: 'step', every: 10 } }

/** How the learning rate of a phase goes, and the curve it makes. `phase`: the path of the phase, of which this is the schedule. */
export function ScheduleFields({ phase }: { phase: string }) {
  const path = `${phase}.schedule`
  const { value, change } = useDraftValue(path)
  const kind = ((value ?? {}) as { kind?: string }).kind ?? 'constant'
  const choose = (chosen: string) => change(chosen === 'constant' ? undefined : scheduleSchema.parse(starts[chosen] ?? { kind: chosen }))
  return (
    <>
      <FieldGrid>
        <ChoiceInput path={`${path}.kind`} label="Learning rate over time" options={schedules} unset="constant" onChoose={choose} />
        {kind === 'step' && (
          <>
            <NumberInput path={`${path}.every`} label="After every" hint="Epochs" unset="" />
            <NumberInput path={`${path}.factor`} label="Times" unset={0.1} />
          </>
        )}
        {kind === 'exponential' && (
          <>
            <NumberInput path={`${path}.every`} label="Over" hint="Epochs" unset={1} />
            <NumberInput path={`${path}.rate`} label="Times" unset={0.95} />
          </>
        )}
        {kind === 'cosine' && (
          <>
            <NumberInput path={`${path}.warmUp`} label="Warm-up" hint="Epochs" unset={0} />
            <NumberInput path={`${path}.final`} label="Ends at" hint="Share of the rate" unset={0} />
          </>
        )}
        {kind === 'reduce-on-plateau' && (
          <>
            <NumberInput path={`${path}.patience`} label="Patience" hint="Epochs without a lower loss" unset={10} />
            <NumberInput path={`${path}.factor`} label="Times" unset={0.1} />
            <NumberInput path={`${path}.minimumDelta`} label="Smallest fall" unset={1e-4} />
            <NumberInput path={`${path}.cooldown`} label="Cooldown" hint="Epochs" unset={0} />
            <NumberInput path={`${path}.minimumLearningRate`} label="Lowest rate" unset={0} />
          </>
        )}
      </FieldGrid>
      <LearningRatePreview path={phase} />
    </>
  )
}

const monitors: Readonly<Record<string, string>> = { never: 'never', 'validation/loss': 'validation loss', 'validation/accuracy': 'validation accuracy' }

/** When a phase ends before its last epoch. */
export function EarlyStoppingFields({ path }: { path: string }) {
  const { value, change } = useDraftValue(path)
  const choose = (chosen: string) => change(chosen === 'never' ? undefined : earlyStoppingSchema.parse({ ...(value as object | undefined), monitor: chosen }))
  return (
    <FieldGrid>
      <ChoiceInput path={`${path}.monitor`} label="Stop early by" options={monitors} unset="never" onChoose={choose} />
      {value !== undefined && (
        <>
          <NumberInput path={`${path}.patience`} label="Patience" hint="Epochs without a better one" unset={5} />
          <NumberInput path={`${path}.minimumDelta`} label="Smallest gain" unset={0} />
        </>
      )}
    </FieldGrid>
  )
}
