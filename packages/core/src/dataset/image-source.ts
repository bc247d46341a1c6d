/** One file of a source. `path` is relative, with forward slashes, as the folder or archive names it; `bytes` its size. */
export interface SourceEntry {
  path: string
  bytes: number
  /** A symbolic link, which is never followed. */
  link?: boolean
  /** A folder with nothing in it; the path ends in a slash. */
  emptyFolder?: boolean
}

/**
 * Where an import reads files from: a folder or an archive. Entries come in no promised order and include files that are no
 * images; of folders only empty ones are listed. Reading a path that was not listed is an error.
 */
export interface ImageSource {
  entries(signal?: AbortSignal): AsyncIterable<SourceEntry>
  /** The file's bytes. Throws GraftError `corrupt` when this one file cannot be read while the source as a whole can. */
  read(path: string, signal?: AbortSignal): Promise<Uint8Array>
  close(): Promise<void>
}

/** One file over this size is no photo for training: it is reported as too large and never read. 256 MiB. */
export const maximumFileBytes = 256 * 1024 * 1024
