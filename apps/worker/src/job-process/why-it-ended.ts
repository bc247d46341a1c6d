import { GraftError } from '@graft/contracts/errors'

/** What is known of a job process that ended by itself. */
export interface ProcessEnd {
  code: number | null
  signal: NodeJS.Signals | null
  /** The end of what it wrote to stderr. */
  lastWords: string
  /** The kernel has killed something for memory meanwhile. */
  killedForMemory: boolean
  /** The most resident memory that was seen. */
  peakBytes: number
  /** Samples that went through the network at once; null while none did. */
  microbatch: number | null
}

/** Why a job process ended, for people, and as a code that says what another attempt needs. */
export function whyItEnded({ code, signal, lastWords, killedForMemory, peakBytes, microbatch }: ProcessEnd): GraftError {
  const heapIsFull = /heap out of memory|Array buffer allocation failed|std::bad_alloc/.test(lastWords)
  if (heapIsFull || (signal === 'SIGKILL' && killedForMemory)) {
    const held = `it held ${(peakBytes / 1e9).toFixed(1)} GB`
    return new GraftError('out_of_memory', heapIsFull ? `The job took more memory than its process may have: ${held}.` : `The system killed the job for its memory: ${held}.`, {
      hint: 'Use a smaller batch, fewer slots, or a machine with more memory.',
      details: { peakBytes, ...(microbatch !== null && { microbatch }) },
    })
  }
  const how = signal === null ? `with status ${code}` : `by ${signal}`
  const last = lastWords.trim().split('\n').at(-1)?.slice(0, 300)
  return new GraftError('unavailable', `The process of the job ended ${how}${last ? `: ${last}` : '.'}`, { hint: 'The worker’s log has its last words. The job is tried again.', details: { peakBytes } })
}
