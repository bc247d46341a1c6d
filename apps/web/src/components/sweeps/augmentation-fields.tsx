import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import { randAugmentAugmentation, seedAugmentation } from '@graft/contracts/recipe/augmentation-presets'
import { SelectField, TextField } from '../ui/field.tsx'
import { Segments } from '../ui/segments.tsx'
import { formOfAugmentation, type AugmentationField, type AugmentationForm } from './augmentation-form.ts'

const starts = { none: undefined, seed: seedAugmentation, rand: randAugmentAugmentation } as const
const fillModes: Readonly<Record<Augmentation['fillMode'], string>> = { nearest: 'nearest pixel', reflect: 'reflected', wrap: 'wrapped around', constant: 'one value' }

/** Which start the form still is. */
function startOf(form: AugmentationForm): keyof typeof starts | 'own' {
  const names = Object.keys(starts) as (keyof typeof starts)[]
  if (!form.isOn) return 'none'
  return names.find((name) => JSON.stringify(formOfAugmentation(starts[name])) === JSON.stringify(form)) ?? 'own'
}

/** Random changes of the training images: a start, and every field. */
export function AugmentationFields({ form, errors, onChange }: { form: AugmentationForm; errors: Partial<Record<AugmentationField, string>>; onChange: (form: AugmentationForm) => void }) {
  const field = (name: AugmentationField, label: string, hint?: string) => (
    <TextField label={label} hint={hint} inputMode="decimal" placeholder="off" value={form.texts[name]} error={errors[name]} onChange={(event) => onChange({ ...form, texts: { ...form.texts, [name]: event.target.value } })} />
  )
  const flip = (name: 'horizontalFlip' | 'verticalFlip', label: string) => (
    <label className="flex h-9 items-center gap-2 text-sm">
      <input type="checkbox" className="size-4 accent-accent" checked={form[name]} onChange={(event) => onChange({ ...form, [name]: event.target.checked })} />
      {label}
    </label>
  )
  const start = startOf(form)
  return (
    <div className="space-y-4">
      <Segments
        label="Augmentation to start from"
        value={start}
        options={[{ value: 'none', text: 'None' }, { value: 'seed', text: 'Seed study' }, { value: 'rand', text: 'RandAugment' }, ...(start === 'own' ? [{ value: 'own' as const, text: 'Own' }] : [])]}
        onChange={(name) => name !== 'own' && onChange(formOfAugmentation(starts[name]))}
      />
      {form.isOn && (
        <>
          <div className="grid grid-cols-2 gap-3 md:grid-cols-3">
            {field('rotation', 'Rotation', 'Degrees, to both sides')}
            {field('widthShift', 'Width shift', 'Share of the width')}
            {field('heightShift', 'Height shift', 'Share of the height')}
            {field('shear', 'Shear', 'Degrees')}
            {field('zoom', 'Zoom', '0.2: from 0.8 to 1.2')}
            <SelectField label="Pixels from outside" value={form.fillMode} onChange={(event) => onChange({ ...form, fillMode: event.target.value as AugmentationForm['fillMode'] })}>
              {Object.entries(fillModes).map(([mode, words]) => (
                <option key={mode} value={mode}>
                  {words}
                </option>
              ))}
            </SelectField>
            {form.fillMode === 'constant' && field('fillValue', 'Fill value', '0 to 255')}
          </div>
          <div className="flex flex-wrap gap-x-6">
            {flip('horizontalFlip', 'Mirror left and right')}
            {flip('verticalFlip', 'Mirror top and bottom')}
          </div>
          <details className="group">
            <summary className="cursor-pointer text-xs font-medium text-muted hover:text-ink">Colours, crop, RandAugment, mixup, cached views</summary>
            <div className="mt-3 grid grid-cols-2 gap-3 md:grid-cols-3">
              {field('darkest', 'Brightness from', 'Factor')}
              {field('brightest', 'Brightness to', 'Factor')}
              {field('channelShift', 'Channel shift', 'Of 255')}
              {field('smallestCrop', 'Random crop', 'Smallest share of the area')}
              {field('jitterBrightness', 'Jitter: brightness')}
              {field('jitterContrast', 'Jitter: contrast')}
              {field('jitterSaturation', 'Jitter: saturation')}
              {field('jitterHue', 'Jitter: hue', 'Turns, at most 0.5')}
              {field('randAugmentOperations', 'RandAugment operations')}
              {field('randAugmentMagnitude', 'RandAugment magnitude', '0 to 30')}
              {field('mixup', 'Mixup alpha', 'Not with a frozen trunk')}
              {field('cutmix', 'Cutmix alpha', 'Not with a frozen trunk')}
              {field('views', 'Cached views', 'With a frozen trunk: so many augmented views of each image, computed once')}
            </div>
          </details>
        </>
      )}
    </div>
  )
}
