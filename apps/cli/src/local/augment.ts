import type { Command } from 'commander'
import type { AugmentFolderOptions } from './augment-folder.ts'

/** `graft augment FOLDER`: what a recipe's augmentation makes of images, without a server. */
export function registerAugmentCommand(program: Command): void {
  program
    .command('augment')
    .description('show 16 training images of a folder as a recipe augments them, on one sheet, without a server')
    .argument('<folder>', 'class subfolders; or train/, validate/, test/ with class subfolders in each')
    .requiredOption('-o, --out <file>', 'the picture: .png, .jpg or .webp')
    .option('-r, --recipe <recipe>', "a preset or a YAML file (default: the seed study's augmentation)")
    .action(async (folder: string, options: AugmentFolderOptions) => (await import('./augment-folder.ts')).augmentFolder(folder, options))
}
