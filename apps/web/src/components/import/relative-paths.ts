/** A file chosen or dropped, with the path it had there. */
export interface ChosenFile {
  path: string
  file: File
}

const splitFolders = new Set(['train', 'validate', 'validation', 'val', 'valid', 'test'])

/**
 * Paths as an import wants them: below the folder that was dropped. A single root folder is taken off when every file lies at
 * least one folder deeper in it and the root is not itself a split folder; a root that is the only class stays.
 */
export function relativePaths(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split('/').filter(Boolean))
  const root = parts[0]?.[0]
  const shared = root !== undefined && parts.every((path) => path[0] === root && path.length > 1) && parts.some((path) => path.length > 2)
  return parts.map((path) => (shared && !splitFolders.has(root.toLowerCase()) ? path.slice(1) : path).join('/'))
}

/** Files that systems leave in folders and nobody means to import. */
export function isLitter(path: string): boolean {
  return path.split('/').some((part) => part === '.DS_Store' || part === 'Thumbs.db' || part === 'desktop.ini' || part === '__MACOSX' || part.startsWith('._'))
}

/** A dataset's name from what was dropped: the root folder's, or the archive's without its ending. */
export function suggestName(paths: readonly string[]): string {
  const first = paths[0] ?? ''
  const root = first.split('/').find(Boolean) ?? ''
  return root.replace(/\.zip$/i, '').slice(0, 100)
}
