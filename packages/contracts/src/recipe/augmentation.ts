import { z } from 'zod'

const shift = z.number().min(0).max(1)
const jitter = z.number().min(0).max(1)
const range = (smallest: number, largest: number) =>
  z.tuple([z.number().min(smallest).max(largest), z.number().min(smallest).max(largest)]).refine(([from, to]) => from <= to, 'The first number must not be larger than the second.')

/**
 * Random changes of training images. The first group is Keras's `ImageDataGenerator`, with its affine matrices; absent: off.
 * Applied to the resized RGB image, values 0 to 255, before preprocessing.
 */
export const augmentationSchema = z.strictObject({
  /** Degrees, to both sides. */
  rotation: z.number().min(0).max(180).optional(),
  /** Fractions of width and height, to both sides. */
  widthShift: shift.optional(),
  heightShift: shift.optional(),
  /** Degrees, to both sides (Keras's `shear_range`; the seed study's 0.2 radians are 11.46). */
  shear: z.number().min(0).max(89).optional(),
  /** Zoom factors from 1 - zoom to 1 + zoom, for each axis. */
  zoom: z.number().min(0).lt(1).optional(),
  horizontalFlip: z.literal(true).optional(),
  verticalFlip: z.literal(true).optional(),
  /** Largest amount added to each channel, of 255. */
  channelShift: z.number().min(0).max(255).optional(),
  /** Factors of brightness, from and to. */
  brightness: range(0, 4).optional(),
  fillMode: z.enum(['nearest', 'reflect', 'wrap', 'constant']).default('nearest'),
  /** For `constant`, 0 to 255. */
  fillValue: z.number().min(0).max(255).optional(),

  /** A random part of the image, resized back: share of the area, and of the aspect ratio (torchvision's RandomResizedCrop). */
  crop: z.strictObject({ area: range(0.01, 1).default([0.5, 1]), aspect: range(0.25, 4).default([0.75, 4 / 3]) }).optional(),
  /** As torchvision's ColorJitter: largest change of each factor; hue in turns (at most 0.5). */
  colourJitter: z.strictObject({ brightness: jitter.default(0), contrast: jitter.default(0), saturation: jitter.default(0), hue: z.number().min(0).max(0.5).default(0) }).optional(),
  /** Cubuk et al. 2020: so many operations of this magnitude (0 to 30) an image. */
  randAugment: z.strictObject({ operations: z.number().int().min(1).max(10).default(2), magnitude: z.number().min(0).max(30).default(9) }).optional(),
  /** Zhang et al. 2018: mixes images and labels by a share from Beta(alpha, alpha). Not with a frozen trunk. */
  mixup: z.strictObject({ alpha: z.number().positive().max(10).default(0.2) }).optional(),
  /** Yun et al. 2019: pastes a box of another image and mixes the labels by area. Not with a frozen trunk. */
  cutmix: z.strictObject({ alpha: z.number().positive().max(10).default(1) }).optional(),

  /** With a frozen trunk: how many augmented views of each image are cached in place of fresh ones; epoch e trains on view e modulo views. */
  views: z.number().int().min(1).max(64).default(4),
})
export type Augmentation = z.infer<typeof augmentationSchema>
