import { sharp } from '../image/configured-sharp.ts'
import type { PreviewImage } from './preview.ts'

const [columns, gap] = [4, 4]

/** The pictures of a preview side by side, four a row, each `side` pixels; as the kind of file that the ending of `name` says (png, jpg, webp). */
export async function contactSheet(previews: readonly PreviewImage[], name: string, side = 160): Promise<Buffer> {
  const rows = Math.ceil(previews.length / columns)
  const tiles = await Promise.all(
    previews.map(async ({ picture }, index) => ({
      input: await sharp(picture).resize(side, side).toBuffer(),
      left: (index % columns) * (side + gap),
      top: Math.floor(index / columns) * (side + gap),
    })),
  )
  const sheet = sharp({ create: { width: columns * (side + gap) - gap, height: rows * (side + gap) - gap, channels: 3, background: '#ffffff' } }).composite(tiles)
  return /\.png$/i.test(name) ? sheet.png().toBuffer() : /\.webp$/i.test(name) ? sheet.webp({ quality: 85 }).toBuffer() : sheet.jpeg({ quality: 88 }).toBuffer()
}
