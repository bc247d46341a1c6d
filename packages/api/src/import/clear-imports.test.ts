import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimNow, fakeJpeg, makeManifest, registerWorker, syncModels } from '../testing/fixtures.ts'
import { createTestServer, sha256Of, type TestServer } from '../testing/test-server.ts'
import { clearImports } from './clear-imports.ts'

let server: TestServer
let workerId: string
beforeAll(async () => {
  server = await createTestServer()
  await syncModels(server)
  workerId = await registerWorker(server)
})
afterAll(() => server.close())

const clear = () => clearImports(server.server.db, server.server.blobs)

/** Clears until the storage holds just these: the server's own round may be at it at the same time. */
const expectAfterClearing = (sha256s: readonly string[]) =>
  expect.poll(async () => {
    await clear()
    return stored()
  }).toEqual(sha256s.toSorted())

/** Names of all contents in the storage folder. */
async function stored(): Promise<string[]> {
  const entries = await readdir(server.settings.storageFolder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => path.basename(name)).toSorted()
}

async function uploadFile(importId: string, name: string, body: string): Promise<Response> {
  return server.fetch(`/api/uploads/${importId}/files?path=${name}`, { method: 'PUT', body: Buffer.from(body), token: server.userToken })
}

async function openArchive(body: string): Promise<string> {
  const { importId } = await server.user.import.create({ name: 'zipped', source: 'zip' })
  expect((await server.fetch(`/api/uploads/${importId}/archive`, { method: 'PUT', body: Buffer.from(body), token: server.userToken })).status).toBe(200)
  return importId
}

test('an archive that is refused for good leaves nothing in the storage; until then it stays', async () => {
  const importId = await openArchive('evil')
  expect(await clear()).toBe(0)
  await server.user.import.start({ importId })
  const job = await claimNow(server, workerId, ['import'])
  expect(await clear()).toBe(0)
  expect(await stored()).toEqual([sha256Of('evil')])
  const { jobId, attempt } = job
  await server.worker.worker.fail({ jobId, attempt, workerId, error: { code: 'invalid_input', message: 'A path leaves the archive.' }, retryable: false })
  await expectAfterClearing([])
  expect(await server.user.import.get({ importId })).toMatchObject({ state: 'failed', filesReceived: 1, bytesReceived: 4 })
  expect(await clear()).toBe(0)
})

test('what a finished import did not keep goes; images, and what another open import has, stay', async () => {
  const { importId: open } = await server.user.import.create({ name: 'open', source: 'files' })
  const manifest = makeManifest(1)
  const kept = manifest.images[0]!
  await uploadFile(open, 'cat/shared.jpg', 'shared')
  const { importId } = await server.user.import.create({ name: 'files', source: 'files' })
  await server.fetch(`/api/uploads/${importId}/files?path=${kept.path}`, { method: 'PUT', body: fakeJpeg(kept.path), token: server.userToken })
  for (const [name, body] of [['cat/shared.jpg', 'shared'], ['notes.txt', 'first'], ['notes.txt', 'second']] as const) expect((await uploadFile(importId, name, body)).status).toBe(200)
  await server.user.import.start({ importId })
  const job = await claimNow(server, workerId, ['import'])
  const { sha256 } = await server.server.blobs.write(Buffer.from(JSON.stringify(manifest)))
  await server.worker.worker.finish({ jobId: job.jobId, attempt: job.attempt, workerId, result: { kind: 'import', manifest, manifestSha256: sha256, report: { filesFound: 3, imagesKept: 6, seconds: 1, issues: [], notes: [] } } })
  await expectAfterClearing([sha256, kept.sha256, sha256Of('shared')])
  await server.user.import.cancel({ importId: open })
  await expectAfterClearing([sha256, kept.sha256])
})

test('what comes for a cancelled import goes, as does an upload that nobody started for a day', async () => {
  const before = await stored()
  const cancelled = await openArchive('too late')
  await server.user.import.cancel({ importId: cancelled })
  const abandoned = await openArchive('forgotten')
  const fresh = await openArchive('of today')
  await server.server.db.import.update({ where: { id: abandoned }, data: { createdAt: new Date(Date.now() - 25 * 3_600_000) } })
  await expectAfterClearing([...before, sha256Of('of today')])
  expect((await server.user.import.get({ importId: abandoned })).state).toBe('cancelled')
  expect((await server.user.import.get({ importId: fresh })).state).toBe('uploading')
})

test('nothing goes while an import runs: what its worker has stored is not recorded yet', async () => {
  const before = await stored()
  const running = await openArchive('running')
  await server.user.import.start({ importId: running })
  const { jobId, attempt } = await claimNow(server, workerId, ['import'])
  await server.user.import.cancel({ importId: await openArchive('ended') })
  expect(await clear()).toBe(0)
  expect(await stored()).toEqual([...before, sha256Of('running'), sha256Of('ended')].toSorted())
  await server.worker.worker.fail({ jobId, attempt, workerId, error: { code: 'invalid_input', message: 'No.' }, retryable: false })
  await expectAfterClearing(before)
})
