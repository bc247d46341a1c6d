import { GraftError } from '@graft/contracts/errors'

/** Whether a disk or a quota is full. */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | null)?.code ?? '')

/** @param folder what could not be written to. */
export const diskFull = (folder: string, cause: unknown): GraftError =>
  new GraftError('disk_full', `The disk of ${folder} is full.`, { hint: 'Make room on it, then resume what was paused.', details: { folder }, cause })
