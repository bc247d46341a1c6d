import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Split } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import { z } from 'zod'
import { sharp } from '../image/configured-sharp.ts'
import { forEachInLanes } from '../image/for-each-in-lanes.ts'

export interface EmojiDatasetOptions {
  /** Images a class, at most; `all` for every emoji of the class (390 to 790 images). A multiple of three uses them best. */
  perCategory?: number | 'all'
}

/** The three drawings of each emoji, their npm packages and licences. */
export const emojiVendors = [
  { name: 'noto', package: '@iconify-json/noto', licence: 'Apache-2.0', author: 'Google', source: 'https://github.com/googlefonts/noto-emoji' },
  { name: 'twemoji', package: '@iconify-json/twemoji', licence: 'CC-BY-4.0', author: 'Twitter and contributors', source: 'https://github.com/jdecked/twemoji' },
  { name: 'fluent', package: '@iconify-json/fluent-emoji', licence: 'MIT', author: 'Microsoft', source: 'https://github.com/microsoft/fluentui-emoji' },
] as const

/** Class folder by the category's name in the packages. */
const categories: Readonly<Record<string, string>> = {
  'Animals & Nature': 'animals-and-nature',
  'Food & Drink': 'food-and-drink',
  Objects: 'objects',
  'Smileys & Emotion': 'smileys-and-emotion',
  Symbols: 'symbols',
  'Travel & Places': 'travel-and-places',
}

/** Side of the images in pixels. */
const imageSide = 128
const imagesAtOnce = 4

const iconsSchema = z.object({
  width: z.number().default(16),
  height: z.number().default(16),
  icons: z.record(z.string(), z.object({ body: z.string(), width: z.number().optional(), height: z.number().optional() })),
})
type IconSet = z.infer<typeof iconsSchema>
const metadataSchema = z.object({ categories: z.record(z.string(), z.array(z.string())) })

interface Drawing {
  path: string
  svg: string
}

/**
 * Draws the emoji sample dataset into a folder: six categories, each emoji as Noto, Twemoji and Fluent draw it, as PNG on white
 * in split folders `train`, `validation` and `test` (80/10/10). All drawings of one emoji lie in one split, so a network cannot
 * score by knowing the emoji. Deterministic: the same packages give the same files. A README names sources and licences.
 *
 * @returns how many images were written.
 * @throws GraftError `invalid_input` for fewer than 30 images a category (nothing could be tested on less).
 */
export async function writeEmojiDataset(folder: string, options: EmojiDatasetOptions = {}, signal?: AbortSignal): Promise<{ images: number }> {
  const perCategory = options.perCategory ?? 90
  if (perCategory !== 'all' && (!Number.isInteger(perCategory) || perCategory < 30)) {
    throw new GraftError('invalid_input', `${perCategory} images a category are asked for; it must be a whole number from 30, or "all".`, { field: 'perCategory' })
  }
  const drawings = await chooseDrawings(perCategory)
  const folders = new Set(drawings.map((drawing) => drawing.path.slice(0, drawing.path.lastIndexOf('/'))))
  for (const part of folders) await mkdir(join(folder, part), { recursive: true })
  await forEachInLanes(drawings, imagesAtOnce, async (drawing) => {
    signal?.throwIfAborted()
    await writeFile(join(folder, drawing.path), await draw(drawing.svg))
  })
  await writeFile(join(folder, 'README.md'), readme())
  return { images: drawings.length }
}

async function chooseDrawings(perCategory: number | 'all'): Promise<Drawing[]> {
  const require = createRequire(import.meta.url)
  const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(require.resolve(file), 'utf8'))
  const sets = await Promise.all(emojiVendors.map(async (vendor) => ({ vendor: vendor.name, set: iconsSchema.parse(await readJson(`${vendor.package}/icons.json`)) })))
  // Fluent comes without categories; all three name an emoji alike, so Noto's count for all.
  const metadata = metadataSchema.parse(await readJson('@iconify-json/noto/metadata.json'))
  return Object.entries(categories).flatMap(([category, className]) => {
    const names = (metadata.categories[category] ?? []).filter((name) => sets.every(({ set }) => Object.hasOwn(set.icons, name))).toSorted(byHash)
    const chosen = perCategory === 'all' ? names : names.slice(0, Math.floor(perCategory / emojiVendors.length))
    return chosen.flatMap((name, index) =>
      sets.map(({ vendor, set }) => ({ path: `${splitAt(index, chosen.length)}/${className}/${name}-${vendor}.png`, svg: svgOf(set, name) })),
    )
  })
}

/** An order without meaning that never changes: the packages list emoji of a kind side by side. */
function byHash(one: string, other: string): number {
  return hashOf(one) < hashOf(other) ? -1 : 1
}

function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex')
}

function splitAt(index: number, count: number): Split {
  const part = Math.max(1, Math.round(count / 10))
  return index < part ? 'test' : index < 2 * part ? 'validation' : 'train'
}

function svgOf(set: IconSet, name: string): string {
  const icon = set.icons[name]!
  const box = `0 0 ${icon.width ?? set.width} ${icon.height ?? set.height}`
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${imageSide}" height="${imageSide}" viewBox="${box}">${icon.body}</svg>`
}

async function draw(svg: string): Promise<Uint8Array> {
  return sharp(Buffer.from(svg)).resize(imageSide, imageSide, { fit: 'contain', background: '#ffffff' }).flatten({ background: '#ffffff' }).removeAlpha().png().toBuffer()
}

function readme(): string {
  const rows = emojiVendors.map((vendor) => `| \`*-${vendor.name}.png\` | ${vendor.author}, ${vendor.source} | npm \`${vendor.package}\` | ${vendor.licence} |`)
  return [
    '# Emoji: sample dataset',
    '',
    'Drawn by Graft from npm packages: emoji of six categories, each by three vendors. All drawings of one emoji are in one split.',
    '',
    '| files | by | package | licence |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
