import { augmentationSchema, type Augmentation } from '@graft/contracts/recipe/augmentation'
import { randAugmentAugmentation, seedAugmentation } from '@graft/contracts/recipe/augmentation-presets'
import { canonicalJson } from '@graft/contracts/recipe'
import { Segments } from '../ui/segments.tsx'
import { useDraft, useDraftValue } from './draft-context.tsx'
import { ChoiceInput, GroupError, LeadingInput, NumberInput, SwitchInput, ValueInput } from './draft-fields.tsx'
import { valueAt } from './draft.ts'
import { FieldGrid, Fold } from './fold.tsx'

const starts = { none: undefined, seed: seedAugmentation, rand: randAugmentAugmentation } as const
const startNames = { none: 'None', seed: 'Seed study', rand: 'RandAugment' } as const
const fillModes: Readonly<Record<Augmentation['fillMode'], string>> = { nearest: 'nearest pixel', reflect: 'reflected', wrap: 'wrapped around', constant: 'one value' }
const names = Object.keys(starts) as (keyof typeof starts)[]

/** The augmentation of a draft where it can be used. */
export function augmentationOf(value: unknown): Augmentation | undefined {
  return augmentationSchema.optional().safeParse(value).data
}

/** Which start it still is. */
function startOf(value: unknown): keyof typeof starts | 'own' {
  const augmentation = augmentationOf(value)
  if (value !== undefined && augmentation === undefined) return 'own'
  return names.find((name) => canonicalJson(starts[name]) === canonicalJson(augmentation)) ?? 'own'
}

/** A number from and one to. Emptying the first takes `group` away; `fallback`: the ends where one is not given. */
function RangeFields({ path, group = path, from, to, fallback }: { path: string; group?: string; from: string; to: string; fallback: readonly [number, number] }) {
  const { draft, change, errors } = useDraft()
  const given = valueAt(draft, path)
  const pair: readonly unknown[] = Array.isArray(given) ? given : [undefined, undefined]
  const unset = valueAt(draft, group) === undefined ? ['off', 'off'] : fallback
  const write = (place: 0 | 1, value: unknown) => {
    if (place === 0 && value === undefined) return change(group, undefined)
    change(path, [0, 1].map((other) => (other === place ? value : pair[other]) ?? fallback[other]))
  }
  const end = (place: 0 | 1, label: string) => (
    <ValueInput name={`${path}.${place}`} label={label} unset={unset[place]!} value={pair[place]} error={errors[`${path}.${place}`] ?? (place === 0 ? errors[path] : undefined)} onChange={(value) => write(place, value)} />
  )
  return <>{end(0, from)}{end(1, to)}</>
}

function Geometry() {
  const { value: fillMode } = useDraftValue('augmentation.fillMode')
  return (
    <>
      <FieldGrid>
        <NumberInput path="augmentation.rotation" label="Rotation" hint="Degrees, to both sides" />
        <NumberInput path="augmentation.widthShift" label="Width shift" hint="Share of the width" />
        <NumberInput path="augmentation.heightShift" label="Height shift" hint="Share of the height" />
        <NumberInput path="augmentation.shear" label="Shear" hint="Degrees" />
        <NumberInput path="augmentation.zoom" label="Zoom" hint="0.2: from 0.8 to 1.2" />
        <ChoiceInput path="augmentation.fillMode" label="Pixels from outside" options={fillModes} unset="nearest" />
        {fillMode === 'constant' && <NumberInput path="augmentation.fillValue" label="Fill value" hint="0 to 255" unset={0} />}
      </FieldGrid>
      <div className="flex flex-wrap gap-x-6">
        <SwitchInput path="augmentation.horizontalFlip" label="Mirror left and right" />
        <SwitchInput path="augmentation.verticalFlip" label="Mirror top and bottom" />
      </div>
    </>
  )
}

function Mixing() {
  const { draft } = useDraft()
  const crop = valueAt(draft, 'augmentation.crop')
  const operations = valueAt(draft, 'augmentation.randAugment')
  return (
    <Fold title="Colours, crop, RandAugment, mixup, cached views" state="" paths={['brightness', 'channelShift', 'crop', 'colourJitter', 'randAugment', 'mixup', 'cutmix', 'views'].map((key) => `augmentation.${key}`)}>
      <FieldGrid>
        <RangeFields path="augmentation.brightness" from="Brightness from" to="Brightness to" fallback={[1, 1]} />
        <NumberInput path="augmentation.channelShift" label="Channel shift" hint="Of 255" />
        {(['brightness', 'contrast', 'saturation'] as const).map((key) => <LeadingInput key={key} group="augmentation.colourJitter" field={key} label={`Jitter: ${key}`} />)}
        <LeadingInput group="augmentation.colourJitter" field="hue" label="Jitter: hue" hint="Turns, at most 0.5" />
        <RangeFields path="augmentation.crop.area" group="augmentation.crop" from="Crop: smallest area" to="Crop: largest area" fallback={[0.5, 1]} />
        {crop !== undefined && <RangeFields path="augmentation.crop.aspect" from="Crop: aspect from" to="Crop: aspect to" fallback={[0.75, 4 / 3]} />}
        <LeadingInput group="augmentation.randAugment" field="operations" label="RandAugment operations" start={{ magnitude: 9 }} />
        {operations !== undefined && <NumberInput path="augmentation.randAugment.magnitude" label="RandAugment magnitude" hint="0 to 30" unset={9} />}
        <LeadingInput group="augmentation.mixup" field="alpha" label="Mixup alpha" hint="Not with a frozen network" />
        <LeadingInput group="augmentation.cutmix" field="alpha" label="Cutmix alpha" hint="Not with a frozen network" />
        <NumberInput path="augmentation.views" label="Cached views" hint="Of each image, with a frozen network" unset={4} />
      </FieldGrid>
    </Fold>
  )
}

/** Random changes of the training images: a start, and every field. */
export function AugmentationFields() {
  const { value, change } = useDraftValue('augmentation')
  const start = startOf(value)
  const options: { value: keyof typeof starts | 'own'; text: string }[] = names.map((name) => ({ value: name, text: startNames[name] }))
  if (start === 'own') options.push({ value: 'own', text: 'Own' })
  return (
    <>
      <Segments label="Augmentation to start from" value={start} options={options} onChange={(name) => name !== 'own' && change(starts[name])} />
      {value !== undefined && (
        <>
          <Geometry />
          <Mixing />
          <GroupError path="augmentation" />
        </>
      )}
    </>
  )
}
