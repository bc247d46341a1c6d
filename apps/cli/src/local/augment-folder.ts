import { writeFile } from 'node:fs/promises'
import { GraftError } from '@graft/contracts/errors'
import { seedAugmentation } from '@graft/contracts/recipe/augmentation-presets'
import { contactSheet } from '@graft/core/augmentation/contact-sheet'
import { augmentationPreview } from '@graft/core/augmentation/preview'
import { openFolder } from '@graft/core/dataset/folder-source'
import { importDataset } from '@graft/core/dataset/import'
import { startProgress } from '../progress.ts'
import { readRecipe } from '../recipe-option.ts'
import { counted, print } from '../terminal.ts'
import { interruptible } from './interruption.ts'

export interface AugmentFolderOptions { out: string; recipe?: string }

/** Writes a sheet of up to 16 augmented training images. @throws GraftError `invalid_input` for a recipe without augmentation. */
export async function augmentFolder(folder: string, options: AugmentFolderOptions): Promise<void> {
  if (!/\.(png|jpe?g|webp)$/i.test(options.out)) throw new GraftError('invalid_input', `${options.out} is no .png, .jpg or .webp file.`, { hint: 'Give a picture to write, for instance sheet.png.', field: '--out' })
  const augmentation = options.recipe === undefined ? seedAugmentation : (await readRecipe({ recipe: options.recipe })).augmentation
  if (augmentation === undefined) throw new GraftError('invalid_input', `The recipe ${options.recipe} has no augmentation.`, { hint: 'docs/augmentation.md shows one.', field: '--recipe' })
  const source = await openFolder(folder)
  const progress = await startProgress('augment')
  try {
    await interruptible(async (signal) => {
      const { manifest } = await importDataset({ source, splitRule: 'auto', seed: 0, onProgress: (done, total) => progress.update(total > 0 ? (0.9 * done) / total : null, 'reading images'), signal })
      const previews = await augmentationPreview({ manifest, augmentation, read: (image) => source.read(image.path, signal), signal })
      const sheet = await contactSheet(previews, options.out)
      await writeFile(options.out, sheet).catch((cause: NodeJS.ErrnoException) => {
        throw new GraftError('invalid_input', `${options.out} cannot be written (${cause.code}).`, { hint: 'Give a file in a folder that exists.', field: '--out', cause })
      })
      progress.stop()
      print(`${counted(previews.length, 'image')}, augmented: ${options.out}`)
    })
  } finally {
    progress.stop()
    await source.close()
  }
}
