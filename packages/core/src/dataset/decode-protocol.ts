import type { DecodeOutcome } from './decoded-image.ts'

/** Parent to child: one image at a time. */
export interface DecodeRequest {
  bytes: Uint8Array
}

/** Child to parent. `ready` once, when its modules are loaded; then one `done` a request. */
export type DecodeReply = { kind: 'ready' } | { kind: 'done'; outcome: DecodeOutcome }

/** Exit status of a child that found itself over its memory limit. */
export const memoryExitCode = 86
