import type { WorkerOutcome } from './run-worker.ts'

/** sysexits' EX_TEMPFAIL: whoever supervises the worker starts it again. */
const startAgain = 75

/** What the process of a worker exits with: 0 where it was told to go or found nothing left to do, 75 where it should be started again. */
export const exitStatus = ({ frozen }: Pick<WorkerOutcome, 'frozen'>): number => (frozen ? startAgain : 0)
