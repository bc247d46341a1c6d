import type { ImportIssue, Split } from '@graft/contracts/dataset'
import { GraftError } from '@graft/contracts/errors'
import { nameSchema } from '@graft/contracts/identifier'
import type { ImageSource, SourceEntry } from './image-source.ts'

/** A file inside a class folder; whether it is an image shows when it is decoded. */
export interface PlacedFile {
  path: string
  bytes: number
  className: string
  /** What its split folder says; null in a dataset without split folders. */
  split: Split | null
}

export interface ScanResult {
  /** Sorted by path. */
  files: PlacedFile[]
  /** Sorted by name, as Keras orders them. */
  classes: string[]
  hasSplitFolders: boolean
  /** Files that were seen, hidden ones left out. */
  filesFound: number
  issues: ImportIssue[]
  notes: string[]
}

const splitFolders: Readonly<Record<string, Split>> = { train: 'train', validate: 'validation', validation: 'validation', val: 'validation', valid: 'validation', test: 'test' }

function splitOfFolder(name: string): Split | null {
  const key = name.toLowerCase()
  return Object.hasOwn(splitFolders, key) ? splitFolders[key]! : null
}

const systemFiles = /^(thumbs\.db|desktop\.ini|__macosx)$/i
/** What lies beside class folders in honest datasets. */
const companionFile = /^((licen[cs]e|readme|notice|copying|authors|citation)(\..*)?|.*\.(json|txt|md|csv|tsv|ya?ml|xml|html?|pdf|py|ipynb|mat))$/i

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || systemFiles.test(part))
}

/**
 * Finds the classes of a source: one folder a class, or split folders (`train`, `validate|validation|val|valid`, `test`, in any
 * case of letters) with class folders inside. Folders deeper inside a class belong to it. A single folder around everything is
 * stepped into. Hidden and system files are counted in a note, texts beside the class folders named in one; any other file
 * outside a class folder and every link becomes an `unplaced` issue.
 *
 * @throws GraftError `invalid_input` for an empty source, one without class folders and folder names that are no class names.
 */
export async function scanSource(source: ImageSource, signal?: AbortSignal): Promise<ScanResult> {
  const visible: SourceEntry[] = []
  const emptyFolders: string[] = []
  let hidden = 0
  for await (const entry of source.entries(signal)) {
    if (entry.emptyFolder === true) emptyFolders.push(entry.path.slice(0, -1))
    else if (isHidden(entry.path)) hidden++
    else visible.push(entry)
  }
  visible.sort((a, b) => (a.path < b.path ? -1 : 1))
  if (visible.length === 0) {
    throw new GraftError('invalid_input', 'There are no files in it.', { hint: 'Give a folder with one subfolder a class and images in each.' })
  }
  const depth = wrappingDepth(visible)
  const hasSplitFolders = visible.some((entry) => isInsideSplitFolder(entry.path.split('/').slice(depth)))
  const files: PlacedFile[] = []
  const issues: ImportIssue[] = []
  const companions: string[] = []
  const classNames = new Map<string, string>()
  for (const entry of visible) {
    const place = entry.link === true ? 'It is a link; links are not followed.' : placeOf(entry.path.split('/').slice(depth), hasSplitFolders)
    if (typeof place !== 'string') files.push({ path: entry.path, bytes: entry.bytes, split: place.split, className: checkedClassName(place.folder, classNames) })
    else if (entry.link !== true && companionFile.test(entry.path.split('/').at(-1)!)) companions.push(entry.path)
    else issues.push({ kind: 'unplaced', path: entry.path, reason: place, related: [] })
  }
  if (files.length === 0) {
    throw new GraftError('invalid_input', 'There are no class folders in it: images must lie in one folder a class.', {
      hint: 'Make a subfolder for each class and move the images there, or give train, validation and test folders with class folders inside.',
    })
  }
  const classes = [...new Set(files.map((file) => file.className))].toSorted()
  return { files, classes, hasSplitFolders, filesFound: visible.length, issues, notes: scanNotes(hidden, companions, emptyFolders.filter((path) => !isHidden(path)).toSorted()) }
}

/** How many folders wrap everything: packing a folder often puts the folder itself into the archive. */
function wrappingDepth(entries: readonly SourceEntry[]): number {
  let depth = 0
  for (;;) {
    const placed = entries.map((entry) => entry.path.split('/').slice(depth)).filter((parts) => parts.length > 1 || (parts.length === 1 && !companionFile.test(parts[0]!)))
    const first = placed[0]?.[0]
    const wrapped =
      first !== undefined && splitOfFolder(first) === null && placed.every((parts) => parts.length > 1 && parts[0] === first) && placed.some((parts) => parts.length > 2)
    if (!wrapped) return depth
    depth++
  }
}

function isInsideSplitFolder(parts: readonly string[]): boolean {
  return parts.length >= 3 && splitOfFolder(parts[0]!) !== null
}

/** The class folder and split of a path below the wrapping folder, or the reason why it has none. */
function placeOf(parts: readonly string[], hasSplitFolders: boolean): { folder: string; split: Split | null } | string {
  if (parts.length < 2) return 'It is not inside a class folder.'
  if (!hasSplitFolders) return { folder: parts[0]!, split: null }
  const split = splitOfFolder(parts[0]!)
  if (split === null) return `It lies beside the split folders, in "${parts[0]}".`
  return parts.length >= 3 ? { folder: parts[1]!, split } : `It lies in "${parts[0]}" but not inside a class folder there.`
}

/** A folder's name as a class name. Composed Unicode, because a zip made on a Mac spells é in two characters. */
function checkedClassName(folder: string, known: Map<string, string>): string {
  const before = known.get(folder)
  if (before !== undefined) return before
  const result = nameSchema.safeParse(folder.normalize('NFC'))
  if (!result.success) {
    throw new GraftError('invalid_input', `The folder "${folder}" cannot be a class: ${result.error.issues[0]?.message ?? 'not a name.'}`, { hint: 'Rename the folder.', field: 'classes' })
  }
  known.set(folder, result.data)
  return result.data
}

function scanNotes(hidden: number, companions: readonly string[], emptyFolders: readonly string[]): string[] {
  const notes: string[] = []
  if (hidden > 0) notes.push(hidden === 1 ? '1 hidden or system file was passed over.' : `${hidden} hidden or system files were passed over.`)
  if (companions.length > 0) notes.push(`Beside the class folders and not taken as images: ${firstFew(companions)}.`)
  if (emptyFolders.length > 0) notes.push(`Empty folders, which are no classes: ${firstFew(emptyFolders)}.`)
  return notes
}

function firstFew(paths: readonly string[]): string {
  return paths.length > 5 ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more` : paths.join(', ')
}
