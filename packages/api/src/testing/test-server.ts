import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createTestDatabase } from '@graft/db/test-database'
import { ensureApiToken } from '../auth/tokens.ts'
import { defaultPersonId, type Caller } from '../auth/caller.ts'
import { appRouter } from '../router.ts'
import { createServerContext, type ServerContext, type ServerOptions } from '../server-context.ts'
import { getArtifact } from '../http/artifacts.ts'
import { postBlobBatch, postMissingBlobs } from '../http/blob-batches.ts'
import { getBlob, putBlob } from '../http/blobs.ts'
import { getHealth } from '../http/health.ts'
import { getImage, getThumbnail } from '../http/images.ts'
import { deleteSession, postSession } from '../http/session.ts'
import { handleTrpc } from '../http/trpc.ts'
import { postBlob } from '../http/upload-blob.ts'
import { putImportArchive, putImportBatch, putImportFile } from '../http/upload-import.ts'

const routes: readonly [method: string, pattern: RegExp, handle: (server: ServerContext, request: Request, parts: Record<string, string>) => Promise<Response>][] = [
  ['GET', /^\/api\/health$/, getHealth],
  ['POST', /^\/api\/session$/, postSession],
  ['DELETE', /^\/api\/session$/, deleteSession],
  ['PUT', /^\/api\/uploads\/(?<importId>[^/]+)\/files$/, (server, request, parts) => putImportFile(server, request, parts as { importId: string })],
  ['PUT', /^\/api\/uploads\/(?<importId>[^/]+)\/batch$/, (server, request, parts) => putImportBatch(server, request, parts as { importId: string })],
  ['PUT', /^\/api\/uploads\/(?<importId>[^/]+)\/archive$/, (server, request, parts) => putImportArchive(server, request, parts as { importId: string })],
  ['POST', /^\/api\/uploads\/blob$/, postBlob],
  ['GET', /^\/api\/images\/(?<sha256>[^/]+)$/, (server, request, parts) => getImage(server, request, parts as { sha256: string })],
  ['GET', /^\/api\/images\/(?<sha256>[^/]+)\/thumbnail$/, (server, request, parts) => getThumbnail(server, request, parts as { sha256: string })],
  ['GET', /^\/api\/artifacts\/(?<id>[^/]+)$/, (server, request, parts) => getArtifact(server, request, parts as { id: string })],
  ['POST', /^\/api\/blobs\/missing$/, postMissingBlobs],
  ['POST', /^\/api\/blobs\/batch$/, postBlobBatch],
  ['GET', /^\/api\/blobs\/(?<sha256>[^/]+)$/, (server, request, parts) => getBlob(server, request, parts as { sha256: string })],
  ['HEAD', /^\/api\/blobs\/(?<sha256>[^/]+)$/, (server, request, parts) => getBlob(server, request, parts as { sha256: string })],
  ['PUT', /^\/api\/blobs\/(?<sha256>[^/]+)$/, (server, request, parts) => putBlob(server, request, parts as { sha256: string })],
]

export type TestRequest = Omit<RequestInit, 'headers'> & { headers?: Record<string, string>; token?: string }

const address = 'http://127.0.0.1:3000'

/** The handlers as apps/web mounts them, over a database and a storage of their own. */
export async function createTestServer(options: Partial<Pick<ServerOptions, 'host' | 'requireToken'>> = {}) {
  const database = await createTestDatabase()
  const storageFolder = await mkdtemp(path.join(tmpdir(), 'graft-storage-'))
  const settings = { databaseUrl: database.url, storageFolder, host: '127.0.0.1', requireToken: false, ...options }
  const server = createServerContext(settings)
  const userToken = await ensureApiToken(server.db, { kind: 'user', name: 'test' })
  const workerToken = await ensureApiToken(server.db, { kind: 'worker', name: 'test' })
  const owner: Caller = { kind: 'user', by: 'token', personId: defaultPersonId, administrator: true }
  const as = (caller: Caller | null) => appRouter.createCaller({ server, caller })
  return {
    server,
    database,
    settings,
    userToken,
    workerToken,
    as,
    owner,
    user: as(owner),
    worker: as({ kind: 'worker', tokenId: 'test' }),
    /** A request to a route; `path` from `/api` on. */
    async fetch(pathAndQuery: string, { token, headers = {}, ...init }: TestRequest = {}): Promise<Response> {
      const request = new Request(new URL(pathAndQuery, address), { ...init, headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, ...(init.body === undefined ? {} : { duplex: 'half' }) } as RequestInit)
      const { pathname } = new URL(request.url)
      if (pathname.startsWith('/api/trpc/')) return handleTrpc(server, request)
      for (const [method, pattern, handle] of routes) {
        const match = pattern.exec(pathname)
        if (match !== null && method === request.method) return handle(server, request, { ...match.groups })
      }
      throw new Error(`No route ${request.method} ${pathname}`)
    },
    async close() {
      await server.close()
      await database.close()
      await rm(storageFolder, { recursive: true })
    },
  }
}
export type TestServer = Awaited<ReturnType<typeof createTestServer>>

export const sha256Of = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
