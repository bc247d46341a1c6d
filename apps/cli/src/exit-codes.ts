import type { ErrorCode } from '@graft/contracts/errors'

/** What the shell is told about each kind of error, in the manner of sysexits.h; 2 is a wrong command line. */
export const exitCodes: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 2,
  not_found: 3,
  conflict: 4,
  unauthorized: 5,
  forbidden: 5,
  unavailable: 6,
  stale_attempt: 4,
  too_large: 2,
  unsupported: 7,
  corrupt: 7,
  mismatch: 7,
  diverged: 8,
  out_of_memory: 9,
  disk_full: 9,
  aborted: 130,
  internal: 70,
}
