import { augmentationSchema, type Augmentation } from './augmentation.ts'

/** The seed study's `ImageDataGenerator`: rotation 20, shifts 0.2, shear 0.2 radians, zoom 0.2, horizontal flip, fill nearest. */
export const seedAugmentation: Augmentation = augmentationSchema.parse({ rotation: 20, widthShift: 0.2, heightShift: 0.2, shear: 11.46, zoom: 0.2, horizontalFlip: true })

/** RandAugment with a random crop and a mirror image, as torchvision's reference recipes. */
export const randAugmentAugmentation: Augmentation = augmentationSchema.parse({ crop: {}, horizontalFlip: true, randAugment: {} })
