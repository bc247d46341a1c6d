import type { Credentials } from './caller.ts'

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]', '::1'])

/** Name part of a Host header: `[::1]:3000` -> `[::1]`. */
const hostName = (host: string): string => host.replace(/:\d+$/, '').toLowerCase()

/** Whether an address to bind to, or a Host header, is this machine's own. */
export const isLoopback = (host: string): boolean => loopbackNames.has(hostName(host)) || loopbackNames.has(host.toLowerCase())

/**
 * Whether a request that no secret header protects (a cookie, or the loopback exception) comes from our own pages: another
 * site in the same browser can send it too. Anything but reading must carry our own Origin; reading must not carry another.
 */
export function isSameOrigin({ method, host, origin, fetchSite }: Credentials): boolean {
  if (fetchSite === 'cross-site' || fetchSite === 'same-site') return false
  if (origin === null) return method === 'GET' || method === 'HEAD'
  try {
    return host !== null && new URL(origin).host.toLowerCase() === host.toLowerCase()
  } catch {
    return false // `null`: a sandboxed page
  }
}
