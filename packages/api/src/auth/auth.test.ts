import { afterAll, beforeAll, expect, test } from 'vitest'
import { appRouter } from '../router.ts'
import { createServerContext, type ServerContext } from '../server-context.ts'
import { createTestServer, type TestServer } from '../testing/test-server.ts'
import { authenticate } from './authenticate.ts'
import type { Credentials } from './caller.ts'
import { createSession, endSession, sessionCookie } from './sessions.ts'
import { ensureApiToken, hashSecret } from './tokens.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer()
})
afterAll(() => server.close())

const fromPage: Credentials = { method: 'POST', authorization: null, cookie: null, host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000', fetchSite: 'same-origin' }
const nothing = { kind: 'nobody' }
const owner = { personId: 'default', administrator: true }

/** Who a request is taken for. */
async function who(change: Partial<Credentials>, host = '127.0.0.1', requireToken = false) {
  return (await authenticate({ ...server.server, host, requireToken }, { ...fromPage, ...change })) ?? nothing
}

test('our own page on this machine needs no token', async () => {
  const local = { kind: 'user', by: 'local', ...owner }
  expect(await who({})).toEqual(local)
  expect(await who({ host: 'localhost:3000', origin: 'http://localhost:3000' })).toEqual(local)
  expect(await who({ host: '[::1]:3000', origin: 'http://[::1]:3000' }, '::1')).toEqual(local)
  expect(await who({ method: 'GET', origin: null })).toEqual(local)
  expect(await who({ method: 'GET', origin: null, fetchSite: null })).toEqual(local) // the address bar
})

test.each<[string, Partial<Credentials>, host?: string, requireToken?: boolean]>([
  ['another origin', { origin: 'https://evil.example' }],
  ['another port of this machine', { origin: 'http://127.0.0.1:9999' }],
  ['a sandboxed page', { origin: 'null' }],
  ['a writing request without an origin', { origin: null, fetchSite: null }],
  ['a picture or link of another site', { method: 'GET', origin: null, fetchSite: 'cross-site' }],
  ['a foreign name that resolves to this machine', { host: 'evil.example', origin: 'http://evil.example' }],
  ['a name that only begins like ours', { host: 'localhost.evil.example', origin: 'http://localhost.evil.example' }],
  ['no host', { host: null }],
  ['a server that others reach', { host: '192.168.1.5:3000', origin: 'http://192.168.1.5:3000' }, '0.0.0.0'],
  ['a server that others reach, asked by a loopback name', {}, '0.0.0.0'],
  ['GRAFT_REQUIRE_TOKEN', {}, '127.0.0.1', true],
])('without a token: %s is nobody', async (_name, change, host, requireToken) => {
  expect(await who(change, host, requireToken)).toEqual(nothing)
})

test('tokens say who asks, from anywhere', async () => {
  const far = { host: 'graft.example', origin: null, fetchSite: null }
  expect(await who({ ...far, authorization: `Bearer ${server.userToken}` }, '0.0.0.0', true)).toEqual({ kind: 'user', by: 'token', ...owner })
  expect(await who({ ...far, authorization: `Bearer ${server.workerToken}` }, '0.0.0.0', true)).toMatchObject({ kind: 'worker' })
})

test('a wrong or revoked token is refused, also where none is needed', async () => {
  await expect(who({ authorization: 'Bearer graft_u_wrong' })).rejects.toMatchObject({ code: 'unauthorized' })
  await expect(who({ authorization: 'Basic eDp5' })).rejects.toMatchObject({ code: 'unauthorized' })
  const token = await ensureApiToken(server.server.db, { kind: 'user', name: 'gone' })
  await server.server.db.apiToken.update({ where: { hash: hashSecret(token) }, data: { revokedAt: new Date() } })
  await expect(who({ authorization: `Bearer ${token}` })).rejects.toMatchObject({ code: 'unauthorized', message: 'The access token was revoked.' })
})

test('only the hash of a token is kept, and one made before is taken up by a new database', async () => {
  const rows = JSON.stringify(await server.server.db.apiToken.findMany())
  expect(rows).not.toContain(server.userToken)
  expect(server.userToken).toMatch(/^graft_u_[\w-]{43}$/)
  expect(await ensureApiToken(server.server.db, { kind: 'user', name: 'test', token: server.userToken })).toBe(server.userToken)
})

test('a session opens with a user token only, holds from our pages only, and ends', async () => {
  const { db } = server.server
  await expect(createSession(db, server.workerToken)).rejects.toMatchObject({ code: 'unauthorized', field: 'token' })
  const { secret } = await createSession(db, server.userToken)
  const cookie = `other=1; ${sessionCookie}=${secret}`
  const outside = { host: 'graft.example', origin: 'https://graft.example', cookie }
  expect(await who(outside, '0.0.0.0')).toEqual({ kind: 'user', by: 'session', ...owner })
  expect(await who({ ...outside, origin: 'https://evil.example' }, '0.0.0.0')).toEqual(nothing)
  expect(await who({ ...outside, cookie: `${sessionCookie}=guess` }, '0.0.0.0')).toEqual(nothing)
  await db.session.updateMany({ data: { expiresAt: new Date(0) } })
  server.server.callers.forget()
  expect(await who(outside, '0.0.0.0')).toEqual(nothing)
})

test('who asks is read once in some seconds, and anew when a token is revoked, a session ends or rights change, also at another server', async () => {
  const { db } = server.server
  const other = createServerContext(server.settings)
  await new Promise<void>((resolve) => other.notifications.subscribe({ connected: resolve }))
  const cem = await db.person.create({ data: { name: 'cem' } })
  const token = await ensureApiToken(db, { kind: 'user', name: 'cem', personId: cem.id })
  const { secret } = await createSession(db, token)
  const credentials: readonly Credentials[] = [
    { ...fromPage, authorization: `Bearer ${token}` },
    { ...fromPage, cookie: `${sessionCookie}=${secret}` },
  ]
  const ask = (at: ServerContext, by: Credentials) => authenticate(at, by).then((caller) => caller ?? nothing, ({ code }: { code: string }) => code)
  for (const at of [server.server, other]) for (const by of credentials) expect(await ask(at, by)).toMatchObject({ personId: cem.id, administrator: false })
  // Known now: behind its back nothing is noticed for some seconds, so it does not ask for each request.
  await db.apiToken.updateMany({ where: { personId: cem.id }, data: { revokedAt: new Date() } })
  for (const by of credentials) expect(await ask(other, by)).toMatchObject({ personId: cem.id })
  await db.apiToken.updateMany({ where: { personId: cem.id }, data: { revokedAt: null } })

  await server.user.person.set({ name: 'cem', administrator: true })
  for (const by of credentials) {
    expect(await ask(server.server, by)).toMatchObject({ administrator: true })
    await expect.poll(() => ask(other, by), { timeout: 2000 }).toMatchObject({ administrator: true })
  }
  await endSession(server.server, secret)
  expect(await ask(server.server, credentials[1]!)).not.toMatchObject({ personId: cem.id })
  await expect.poll(() => ask(other, credentials[1]!), { timeout: 2000 }).not.toMatchObject({ personId: cem.id })
  const { id } = await db.apiToken.findUniqueOrThrow({ where: { hash: hashSecret(token) } })
  await server.user.token.revoke({ id })
  expect(await ask(server.server, credentials[0]!)).toBe('unauthorized')
  await expect.poll(() => ask(other, credentials[0]!), { timeout: 2000 }).toBe('unauthorized')
  await other.close()
})

test('signing in and out over HTTP', async () => {
  const headers = { origin: 'http://127.0.0.1:3000' }
  const body = JSON.stringify({ token: server.userToken })
  const signIn = await server.fetch('/api/session', { method: 'POST', headers, body })
  expect(signIn.status).toBe(204)
  expect(signIn.headers.get('set-cookie')).toMatch(/^graft_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/)
  expect((await server.fetch('/api/session', { method: 'POST', headers, body: '{"token":"x"}' })).status).toBe(401)
  expect((await server.fetch('/api/session', { method: 'POST', headers: { origin: 'https://evil.example' }, body })).status).toBe(403)
  expect((await server.fetch('/api/session', { method: 'DELETE', headers })).headers.get('set-cookie')).toContain('Max-Age=0')
})

test('every procedure refuses nobody; each refuses the other kind of token', async () => {
  const forBoth = new Set(['model.sync'])
  const workerOnly = /^worker\.(register|claim|renew|metrics|finish|fail|prune|pause|heartbeat|release|leave|checkpoint|invite|addFeaturePack|claimFeatureShard|featurePacks|releaseFeatureShard)$/
  const paths = Object.keys(appRouter._def.procedures)
  expect(paths.length).toBeGreaterThan(40)
  const callOf = (caller: ReturnType<TestServer['as']>, path: string) => {
    const [first, second] = path.split('.') as ['dataset', 'list']
    return Promise.resolve().then(() => caller[first][second]())
  }
  for (const path of paths) {
    await expect(callOf(server.as(null), path), path).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    if (forBoth.has(path)) continue
    const wrong = workerOnly.test(path) ? server.user : server.worker
    await expect(callOf(wrong, path), path).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
})

test.each([
  ['GET', '/api/images/x', 'user'],
  ['GET', '/api/images/x/thumbnail', 'user'],
  ['GET', '/api/artifacts/x', 'user'],
  ['PUT', '/api/uploads/x/files?path=a', 'user'],
  ['PUT', '/api/uploads/x/batch', 'user'],
  ['PUT', '/api/uploads/x/archive', 'user'],
  ['POST', '/api/uploads/blob', 'user'],
  ['GET', '/api/blobs/x', 'worker'],
  ['HEAD', '/api/blobs/x', 'worker'],
  ['PUT', '/api/blobs/x', 'worker'],
] as const)('%s %s is for a %s token only', async (method, path, kind) => {
  const foreign = { origin: 'https://evil.example' }
  expect((await server.fetch(path, { method, headers: foreign })).status).toBe(401)
  expect((await server.fetch(path, { method, token: kind === 'user' ? server.workerToken : server.userToken })).status).toBe(403)
  expect((await server.fetch(path, { method, token: kind === 'user' ? server.userToken : server.workerToken })).status).not.toBe(403)
})

test('over HTTP: 401 with a report, no CORS header, and 503 when the database is away', async () => {
  const refused = await server.fetch('/api/trpc/dataset.list', { headers: { origin: 'https://evil.example' } })
  expect(refused.status).toBe(401)
  expect([...refused.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  expect(await refused.json()).toMatchObject({ error: { json: { data: { report: { code: 'unauthorized', hint: expect.any(String) } } } } })
  const away = createServerContext({ ...server.settings, databaseUrl: 'postgresql://postgres@127.0.0.1:1/x' })
  await expect(appRouter.createCaller({ server: away, caller: server.owner }).dataset.list()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', message: 'The database does not answer.' })
  await away.close()
})
