import { toErrorReport, type ErrorReport } from '@graft/contracts/errors'

/** What onnxruntime, CUDA, TensorFlow and V8 say when memory runs out. */
const outOfMemory = [/std::bad_alloc|bad allocation/, /Failed to allocate memory/i, /CUDA(?:_ERROR)?[ _]out[ _]of[ _]memory/i, /CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED/, /\bOOM when allocating|RESOURCE_EXHAUSTED/, /Array buffer allocation failed|Invalid (?:typed )?array(?: buffer)? length/i, /\bENOMEM\b/]

/** What ended a job, as the server is told: an allocation that failed somewhere below is `out_of_memory`, a file system that is full `disk_full`. */
export function toJobError(error: unknown): ErrorReport {
  const report = toErrorReport(error)
  if (report.code !== 'internal') return report
  if (outOfMemory.some((words) => words.test(report.message))) {
    return { ...report, code: 'out_of_memory', message: `The memory does not suffice: ${report.message.slice(0, 500)}`, hint: 'Use a smaller batch, fewer slots, or a machine with more memory.' }
  }
  if (/^(?:ENOSPC|EDQUOT)\b/.test(report.message)) return { ...report, code: 'disk_full', message: `The worker’s disk is full: ${report.message.slice(0, 300)}`, hint: 'Make room on it, then resume what was paused.' }
  return report
}
