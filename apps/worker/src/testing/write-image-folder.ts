import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { sharp } from '@graft/core/image/configured-sharp'
import { createRandom } from '@graft/statistics/random'

const hues = [
  [220, 40, 40],
  [40, 200, 60],
  [50, 70, 220],
  [220, 200, 40],
] as const

/**
 * A folder of tiny photos for tests: each class has its colour, each image its own noise, so that no two are alike and a
 * network can learn them in a few epochs.
 */
export async function writeImageFolder(folder: string, classes: readonly string[], imagesEach: number, size = 48): Promise<void> {
  for (const [index, name] of classes.entries()) {
    await mkdir(path.join(folder, name), { recursive: true })
    for (let image = 0; image < imagesEach; image++) await writeFile(path.join(folder, name, `${image}.png`), await noisyImage(index, image, size))
  }
}

/** One of these images as PNG. */
export async function noisyImage(classIndex: number, image: number, size = 48): Promise<Buffer> {
  const random = createRandom(classIndex * 10_000 + image)
  const colour = hues[classIndex % hues.length]!
  const pixels = new Uint8Array(size * size * 3)
  // Blocks of noise, not single pixels: perceptual hashes of two images must differ.
  const blocks = Array.from({ length: 64 }, () => random.uniform(-90, 90))
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const noise = blocks[Math.floor((y * 8) / size) * 8 + Math.floor((x * 8) / size)]!
      for (let channel = 0; channel < 3; channel++) pixels[(y * size + x) * 3 + channel] = Math.min(255, Math.max(0, colour[channel]! + noise))
    }
  }
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } }).png().toBuffer()
}
