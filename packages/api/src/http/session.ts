import { GraftError } from '@graft/contracts/errors'
import { z } from 'zod'
import { credentialsOf } from '../auth/caller.ts'
import { isSameOrigin } from '../auth/same-origin.ts'
import { createSession, endSession, readSessionCookie, sessionCookie } from '../auth/sessions.ts'
import type { ServerContext } from '../server-context.ts'
import { errorResponse } from '../transport-errors.ts'
import { refuseDeclaredLength } from './request-body.ts'

const signInInput = z.object({ token: z.string().trim().min(1, 'Paste a user token.').max(200) })

/** POST /api/session with `{ token }`: signs the browser in. Only from our own pages. */
export async function postSession(server: ServerContext, request: Request): Promise<Response> {
  try {
    refuseForeign(request)
    refuseDeclaredLength(request, 10_000)
    const { token } = signInInput.parse(await request.json().catch(() => ({ token: '' })))
    const { secret, maxAgeSeconds } = await createSession(server.db, token)
    return new Response(null, { status: 204, headers: { 'set-cookie': cookie(request, secret, maxAgeSeconds), 'cache-control': 'no-store' } })
  } catch (error) {
    return errorResponse(error)
  }
}

/** DELETE /api/session: signs the browser out. */
export async function deleteSession(server: ServerContext, request: Request): Promise<Response> {
  try {
    refuseForeign(request)
    const secret = readSessionCookie(request.headers.get('cookie'))
    if (secret !== null) await endSession(server, secret)
    return new Response(null, { status: 204, headers: { 'set-cookie': cookie(request, '', 0), 'cache-control': 'no-store' } })
  } catch (error) {
    return errorResponse(error)
  }
}

function refuseForeign(request: Request): void {
  if (!isSameOrigin(credentialsOf(request))) throw new GraftError('forbidden', 'This request does not come from a page of this server.')
}

function cookie(request: Request, secret: string, maxAgeSeconds: number): string {
  const isSecure = new URL(request.url).protocol === 'https:' || request.headers.get('x-forwarded-proto') === 'https'
  return `${sessionCookie}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${isSecure ? '; Secure' : ''}`
}
