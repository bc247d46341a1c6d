import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import { resizeBilinear } from '../image/resample.ts'
import type { Random } from '@graft/statistics/random'

interface Box {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

/** torchvision's `RandomResizedCrop.get_params`: ten tries of an area and an aspect ratio, else the largest centred box of an allowed ratio. */
export function drawCrop(crop: NonNullable<Augmentation['crop']>, random: Random, height: number, width: number): Box {
  const [narrow, wide] = crop.aspect
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * random.uniform(crop.area[0], crop.area[1])
    const aspect = Math.exp(random.uniform(Math.log(narrow), Math.log(wide)))
    const box = { width: Math.round(Math.sqrt(area * aspect)), height: Math.round(Math.sqrt(area / aspect)) }
    if (box.width > 0 && box.width <= width && box.height > 0 && box.height <= height) {
      return { ...box, top: random.integer(height - box.height + 1), left: random.integer(width - box.width + 1) }
    }
  }
  const ratio = width / height
  const box = { width: ratio > wide ? Math.round(height * wide) : width, height: ratio < narrow ? Math.round(width / narrow) : height }
  return { ...box, top: Math.floor((height - box.height) / 2), left: Math.floor((width - box.width) / 2) }
}

/** The box stretched back to the whole size with Pillow's antialiased bilinear filter. */
export function cropAndResize(pixels: Uint8Array, height: number, width: number, box: Box): Uint8Array {
  const data = new Uint8Array(box.height * box.width * 3)
  for (let row = 0; row < box.height; row++) {
    const start = ((box.top + row) * width + box.left) * 3
    data.set(pixels.subarray(start, start + box.width * 3), row * box.width * 3)
  }
  return resizeBilinear({ data, height: box.height, width: box.width }, height, width).data
}
