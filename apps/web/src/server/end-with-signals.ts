import type { ServerContext } from '@graft/api/server-context'

/** Answers that are being written get this long. */
const graceMilliseconds = 500

/** Next waits for open connections before it ends, and a live stream never closes by itself: a signal ends the streams, then the process. */
export function endWithSignals(server: Pick<ServerContext, 'close'>): void {
  const end = () => {
    const grace = new Promise((resolve) => setTimeout(resolve, graceMilliseconds))
    void Promise.allSettled([server.close(), grace]).then(() => process.exit(0))
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
}
