import type { ErrorReport } from '@graft/contracts/errors'

/** What drivers, runtimes and file systems say when the machine is at fault and not the job. */
const nodeFaults = [
  /fallen off the bus/i,
  /unrecoverable error|uncorrectable ECC/i,
  /CUDA_ERROR_(?:NO_DEVICE|DEVICE_UNAVAILABLE|SYSTEM_DRIVER_MISMATCH|ECC_UNCORRECTABLE|LAUNCH_FAILED|NOT_INITIALIZED)/,
  /CUDA (?:failure|error)[^:]*: .*(?:no CUDA-capable device|unspecified launch failure|driver version is insufficient|device is busy or unavailable)/i,
  /The device \S+ is not usable here/,
  /\bEIO\b|input\/output error/i,
  /\bEROFS\b|read-only file system/i,
]

/** Whether an error is a fault of the machine: another worker may do the job well, and this one may do none well. */
export const isNodeFault = ({ message }: Pick<ErrorReport, 'message'>): boolean => nodeFaults.some((fault) => fault.test(message))
