import { augmentationSchema, type Augmentation } from '@graft/contracts/recipe/augmentation'
import { fieldErrors } from '../../failure/field-errors.ts'

const numbers = ['rotation', 'widthShift', 'heightShift', 'shear', 'zoom', 'channelShift', 'fillValue', 'views'] as const
type NumberField = (typeof numbers)[number]
const nested = { smallestCrop: 'crop.area', jitterBrightness: 'colourJitter.brightness', jitterContrast: 'colourJitter.contrast', jitterSaturation: 'colourJitter.saturation', jitterHue: 'colourJitter.hue', randAugmentOperations: 'randAugment.operations', randAugmentMagnitude: 'randAugment.magnitude', mixup: 'mixup.alpha', cutmix: 'cutmix.alpha' } as const
type NestedField = keyof typeof nested
export type AugmentationField = NumberField | NestedField | 'darkest' | 'brightest'

/** An augmentation as typed; an empty text is off. */
export interface AugmentationForm {
  isOn: boolean
  texts: Readonly<Record<AugmentationField, string>>
  horizontalFlip: boolean
  verticalFlip: boolean
  fillMode: Augmentation['fillMode']
}

const text = (value: number | undefined) => (value === undefined ? '' : String(value))

/** An augmentation as the form shows it; undefined: off. */
export function formOfAugmentation(augmentation: Augmentation | undefined): AugmentationForm {
  const { crop, colourJitter, randAugment } = augmentation ?? {}
  const jitter = (value: number | undefined) => (value === 0 ? '' : text(value))
  return {
    isOn: augmentation !== undefined,
    texts: {
      ...(Object.fromEntries(numbers.map((name) => [name, text(augmentation?.[name])])) as Record<NumberField, string>),
      darkest: text(augmentation?.brightness?.[0]),
      brightest: text(augmentation?.brightness?.[1]),
      smallestCrop: text(crop?.area[0]),
      jitterBrightness: jitter(colourJitter?.brightness),
      jitterContrast: jitter(colourJitter?.contrast),
      jitterSaturation: jitter(colourJitter?.saturation),
      jitterHue: jitter(colourJitter?.hue),
      randAugmentOperations: text(randAugment?.operations),
      randAugmentMagnitude: text(randAugment?.magnitude),
      mixup: text(augmentation?.mixup?.alpha),
      cutmix: text(augmentation?.cutmix?.alpha),
    },
    horizontalFlip: augmentation?.horizontalFlip === true,
    verticalFlip: augmentation?.verticalFlip === true,
    fillMode: augmentation?.fillMode ?? 'nearest',
  }
}

/** What the form stands for, unchecked; undefined where it is off. `original` keeps what the form does not show. */
export function augmentationOf(form: AugmentationForm, original?: Augmentation): unknown {
  if (!form.isOn) return undefined
  const value = (name: AugmentationField) => (form.texts[name].trim() === '' ? undefined : Number(form.texts[name]))
  const part = (fields: Record<string, number | undefined>) => {
    const given = Object.entries(fields).filter(([, number]) => number !== undefined)
    return given.length === 0 ? undefined : Object.fromEntries(given)
  }
  const [darkest, brightest, smallestCrop, mixup, cutmix] = [value('darkest'), value('brightest'), value('smallestCrop'), value('mixup'), value('cutmix')]
  const whole = {
    ...Object.fromEntries(numbers.map((name) => [name, value(name)])),
    brightness: darkest === undefined && brightest === undefined ? undefined : [darkest ?? 1, brightest ?? 1],
    horizontalFlip: form.horizontalFlip ? true : undefined,
    verticalFlip: form.verticalFlip ? true : undefined,
    fillMode: form.fillMode,
    crop: smallestCrop === undefined ? undefined : { ...original?.crop, area: [smallestCrop, original?.crop?.area[1] ?? 1] },
    colourJitter: part({ brightness: value('jitterBrightness'), contrast: value('jitterContrast'), saturation: value('jitterSaturation'), hue: value('jitterHue') }),
    randAugment: part({ operations: value('randAugmentOperations'), magnitude: value('randAugmentMagnitude') }),
    mixup: mixup === undefined ? undefined : { alpha: mixup },
    cutmix: cutmix === undefined ? undefined : { alpha: cutmix },
  }
  return Object.fromEntries(Object.entries(whole).filter(([, given]) => given !== undefined))
}

/** The form's augmentation, or what is wrong with it, field by field. */
export function readAugmentation(form: AugmentationForm, original?: Augmentation): { augmentation: Augmentation | undefined; errors: Partial<Record<AugmentationField, string>> } {
  const parsed = augmentationSchema.optional().safeParse(augmentationOf(form, original))
  if (parsed.success) return { augmentation: parsed.data, errors: {} }
  const errors: Partial<Record<AugmentationField, string>> = {}
  for (const [path, message] of Object.entries(fieldErrors(parsed.error.issues))) {
    const inner = (Object.keys(nested) as NestedField[]).find((name) => path.startsWith(nested[name]))
    const field: AugmentationField = inner ?? (path === 'brightness.1' ? 'brightest' : path.startsWith('brightness') ? 'darkest' : (path as NumberField))
    errors[field] ??= message
  }
  return { augmentation: undefined, errors }
}
