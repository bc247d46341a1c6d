/**
 * Where a trial that is under way is kept, so that another attempt goes on from there. One store belongs to one trial. A checkpoint is
 * there whole or not at all.
 */
export interface CheckpointStore {
  /** Checkpoints that are undamaged, newest first; at most two. */
  read(signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** Keeps this one and the one before; those that are older go. */
  write(checkpoint: Uint8Array, signal?: AbortSignal): Promise<void>
}
