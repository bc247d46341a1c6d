import { GraftError } from '@graft/contracts/errors'

/**
 * A path inside an uploaded folder: parts split by `/`, none of them empty, `.` or `..`; no drive, backslash or control characters.
 *
 * @throws GraftError `invalid_input` at `path`.
 */
export function checkUploadPath(path: string | null): string {
  const isSafe =
    path !== null && path.length > 0 && path.length <= 1024 && !/[\p{Cc}\\]|^[a-z]:/iu.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  if (isSafe) return path
  throw new GraftError('invalid_input', 'The path of the file is missing or not a path inside a folder.', { hint: 'For instance ?path=birds/Green_Jay/001.jpg', field: 'path' })
}
