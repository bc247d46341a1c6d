import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { once } from 'node:events'
import { GraftError } from '@graft/contracts/errors'

/** Where a run writes. The folder is made with the first file, so that a run that fails before leaves nothing. */
export interface OutputFolder {
  write(name: string, content: string | Uint8Array): Promise<void>
  /** Appends a line that is in the file when the promise resolves; the first line of a run begins the file anew. */
  appendLine(name: string, line: string): Promise<void>
  close(): Promise<void>
}

/** Throws `conflict` when there is something in the folder, unless it may be written over. */
export async function openOutputFolder(folder: string, overwrite: boolean): Promise<OutputFolder> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new GraftError('invalid_input', error.code === 'ENOTDIR' ? `${folder} is a file, not a folder.` : `The folder ${folder} cannot be read (${error.code}).`, { hint: 'Give a new folder for the results.', field: '--out' })
  })
  if (names.length > 0 && !overwrite) {
    throw new GraftError('conflict', `The folder ${folder} is not empty.`, { hint: 'Give another folder, or --overwrite to replace the results in it.', field: '--out' })
  }
  const streams = new Map<string, WriteStream>()

  return {
    async write(name, content) {
      const file = path.join(folder, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, content)
    },
    async appendLine(name, line) {
      await mkdir(folder, { recursive: true })
      let stream = streams.get(name)
      if (stream === undefined) {
        stream = createWriteStream(path.join(folder, name))
        await once(stream, 'open')
        streams.set(name, stream)
      }
      const open = stream
      await new Promise<void>((resolve, reject) => open.write(`${line}\n`, (error) => (error ? reject(error) : resolve())))
    },
    async close() {
      await Promise.all(Array.from(streams.values(), (stream) => new Promise((resolve) => stream.end(resolve))))
    },
  }
}
