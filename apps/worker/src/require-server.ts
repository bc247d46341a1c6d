import { GraftError } from '@graft/contracts/errors'
import { fromTransport } from './transport-error.ts'

const patienceMilliseconds = 10_000

/**
 * Looks once at what answers at an address before a worker waits for it for ever: a certificate that is not trusted, or something that is
 * no Graft server, does not mend itself. A server that is not there yet is no fault.
 * @throws GraftError `unavailable` for the certificate, `not_found` for something else; the signal's reason once it fires.
 */
export async function requireServer(server: string, signal: AbortSignal): Promise<void> {
  let response: Response
  try {
    response = await fetch(`${server}/api/health`, { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMilliseconds)]) })
  } catch (cause) {
    signal.throwIfAborted()
    const error = fromTransport(cause, server)
    if (error.details?.['certificate'] !== undefined) throw error
    return
  }
  const text = await response.text().catch(() => '')
  // A gateway before a server that is just starting, or whose database is away.
  if (response.status >= 500) return
  if (!response.ok || !/^\{"status":"ok"\}$/.test(text.trim())) {
    throw new GraftError('not_found', `What answers at ${server} is no Graft server: ${response.status} for /api/health.`, { hint: 'The address is that of the dashboard, without a path: https://graft.example.com or http://10.0.0.5:3000.', field: '--server' })
  }
}
