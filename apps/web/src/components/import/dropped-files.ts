import { isLitter, type ChosenFile } from './relative-paths.ts'

const readBatch = (reader: FileSystemDirectoryReader) => new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))

async function walk(entry: FileSystemEntry, found: ChosenFile[]): Promise<void> {
  if (isLitter(entry.fullPath)) return
  if (entry.isFile) {
    found.push({ path: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry as FileSystemFileEntry) })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // A reader hands out at most 100 entries a call, and none when it is through.
  for (let batch = await readBatch(reader); batch.length > 0; batch = await readBatch(reader)) {
    for (const child of batch) await walk(child, found)
  }
}

/** All files of a drop, folders opened. Must be called in the event itself: the browser empties the list after it. */
export function readDroppedFiles(transfer: DataTransfer): Promise<ChosenFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const loose = entries.length > 0 ? [] : [...transfer.files].map((file) => ({ path: file.name, file }))
  return (async () => {
    const found: ChosenFile[] = loose
    for (const entry of entries) await walk(entry, found)
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  })()
}

/** Files of an `<input type="file">`, with or without folders. */
export function readChosenFiles(list: FileList): ChosenFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })).filter(({ path }) => !isLitter(path))
}
