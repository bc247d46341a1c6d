import { optimizerNames, optimizerSchema, type OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import { ChoiceInput, GroupError, NumberInput, SwitchInput } from './draft-fields.tsx'
import { useDraft, useDraftValue } from './draft-context.tsx'
import { valueAt, withValue } from './draft.ts'
import { FieldGrid } from './fold.tsx'

const shared = ['weightDecay', 'clipNorm', 'globalClipNorm', 'clipValue', 'averageMomentum'] as const
const adam = ['beta1', 'beta2', 'epsilon'] as const
/** Options of each rule beyond the learning rate and what all have. */
export const ownOptions: Readonly<Record<OptimizerRecipe['name'], readonly string[]>> = {
  SGD: ['momentum', 'nesterov'],
  RMSprop: ['rho', 'momentum', 'epsilon', 'centered'],
  Adagrad: ['initialAccumulator', 'epsilon'],
  Adadelta: ['rho', 'epsilon'],
  Adam: [...adam, 'amsgrad'],
  AdamW: [...adam, 'amsgrad'],
  Adamax: adam,
  Nadam: adam,
}
const labels: Readonly<Record<string, string>> = { momentum: 'Momentum', nesterov: 'Nesterov', rho: 'Rho', epsilon: 'Epsilon', centered: 'Centered', initialAccumulator: 'Initial accumulator', beta1: 'Beta 1', beta2: 'Beta 2', amsgrad: 'AMSGrad' }
const clippings: Readonly<Record<string, string>> = { none: 'off', clipNorm: "each weight's norm", globalClipNorm: 'norm of all together', clipValue: 'each value' }

const nameAt = (draft: unknown, path: string): OptimizerRecipe['name'] => {
  const name = valueAt(draft, `${path}.name`)
  return optimizerNames.find((known) => known === name) ?? 'RMSprop'
}
const defaultsOf = (name: OptimizerRecipe['name']) => optimizerSchema.parse({ name }) as Readonly<Record<string, unknown>>

/** The rule and its learning rate. */
export function OptimizerChoice({ path }: { path: string }) {
  const { draft } = useDraft()
  const { change } = useDraftValue(path)
  const name = nameAt(draft, path)
  // Another rule keeps what every rule has; its own options are Keras's.
  const choose = (chosen: string) => change(Object.fromEntries([['name', chosen], ...['learningRate', ...shared].map((key) => [key, valueAt(draft, `${path}.${key}`)])].filter(([, value]) => value !== undefined)))
  return (
    <>
      <ChoiceInput path={`${path}.name`} label="Optimizer" options={Object.fromEntries(optimizerNames.map((known) => [known, known]))} onChoose={choose} />
      <NumberInput path={`${path}.learningRate`} label="Learning rate" unset={String(defaultsOf(name).learningRate)} />
    </>
  )
}

function Clipping({ path }: { path: string }) {
  const { draft } = useDraft()
  const { change, value, error } = useDraftValue(path)
  const keys = ['clipNorm', 'globalClipNorm', 'clipValue'] as const
  const chosen = keys.find((key) => valueAt(draft, `${path}.${key}`) !== undefined)
  const choose = (key: string) => {
    const bare = keys.reduce((whole, each) => withValue(whole, each, undefined), value)
    change(key === 'none' ? bare : withValue(bare, key, key === 'clipValue' ? 0.5 : 1))
  }
  return (
    <>
      <ChoiceInput path={`${path}.clipping`} label="Clip gradients by" options={clippings} unset={chosen ?? 'none'} onChoose={choose} />
      {keys.filter((key) => key === chosen || (error !== undefined && valueAt(draft, `${path}.${key}`) !== undefined)).map((key) => <NumberInput key={key} path={`${path}.${key}`} label="Clip at" hint={`Not above this: ${clippings[key]}`} />)}
    </>
  )
}

/** Every further option of the rule that is chosen. */
export function OptimizerOptions({ path }: { path: string }) {
  const { draft } = useDraft()
  const name = nameAt(draft, path)
  const defaults = defaultsOf(name)
  const own = ownOptions[name]
  const isSwitch = (key: string) => ['nesterov', 'centered', 'amsgrad'].includes(key)
  return (
    <div className="space-y-1">
      <FieldGrid>
        {own.filter((key) => !isSwitch(key)).map((key) => (
          <NumberInput key={key} path={`${path}.${key}`} label={labels[key]!} unset={String(defaults[key])} />
        ))}
        <NumberInput path={`${path}.weightDecay`} label="Weight decay" unset={defaults.weightDecay === undefined ? 'off' : String(defaults.weightDecay)} hint="Decoupled, a step" />
        <NumberInput path={`${path}.averageMomentum`} label="Average of weights" hint="Its momentum, 0.99" />
        <Clipping path={path} />
      </FieldGrid>
      {own.filter(isSwitch).map((key) => (
        <SwitchInput key={key} path={`${path}.${key}`} label={labels[key]!} {...(key === 'amsgrad' ? {} : { off: false as const })} />
      ))}
      <GroupError path={path} />
    </div>
  )
}
