import { createHash } from 'node:crypto'
import type { ManifestImage } from '@graft/contracts/dataset'

/**
 * A dataset version's name: SHA-256 over the class names in order and every image's class, split and content. Paths, file
 * times, thumbnails and the order of `images` do not enter, so the same images in the same classes and splits are one version.
 *
 * @returns 64 hexadecimal digits.
 */
export function fingerprintDataset(classes: readonly string[], images: readonly Pick<ManifestImage, 'classIndex' | 'split' | 'sha256'>[]): string {
  const lines = images.map((image) => `${image.classIndex} ${image.split} ${image.sha256}`).toSorted()
  return createHash('sha256')
    .update(`graft dataset 1\n${JSON.stringify(classes)}\n${lines.join('\n')}\n`)
    .digest('hex')
}
