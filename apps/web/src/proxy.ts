import { NextResponse, type NextRequest } from 'next/server'
import { pageEnvironment } from './env.ts'

/** The policy of every page: own origin only; scripts by a nonce of this answer. Styles may be inline (bars take their width from data). */
function contentSecurityPolicy(nonce: string): string {
  const development = pageEnvironment.development
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Gives each page a nonce; Next puts it on its own scripts. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID())
  const policy = contentSecurityPolicy(nonce)
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

// Never over /api: Next would hold the bodies of uploads in memory, and cut them at 10 MB, to hand them on.
export const config = { matcher: ['/((?!api/|_next/|icon|favicon).*)'] }
