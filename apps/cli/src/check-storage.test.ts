import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '@graft/worker/testing/test-server'
import { createGraft, type CommandResult } from './testing/graft.ts'

let server: TestServer
let graft: (...words: string[]) => Promise<CommandResult>
beforeAll(async () => {
  server = await startTestServer()
  graft = createGraft({ GRAFT_SERVER: server.address, GRAFT_TOKEN: server.userToken }, server.folder)
})
afterAll(() => server.close())

const content = 'a checkpoint'
const sha256 = createHash('sha256').update(content).digest('hex')

test('contents that the database names and the storage lacks are listed, with exit code 1, until they are there', async () => {
  expect(await graft('storage', 'check')).toMatchObject({ code: 0, stdout: '✓ 0 contents looked for, none missing\n' })
  // As after a database was restored that is newer than its storage: a paused trial names a checkpoint that is not there.
  await server.db.job.create({ data: { id: randomUUID(), kind: 'trial', state: 'paused', priority: 0, title: 'MobileNetV2 on birds, seed 1', payload: { checkpoints: [sha256] }, topic: 'trial', subjectId: 't' } })
  const listed = await graft('storage', 'check')
  expect(listed).toMatchObject({ code: 1, stderr: expect.stringContaining('1 content of 1 missing') })
  expect(listed.stdout).toMatch(new RegExp(`checkpoint +MobileNetV2 on birds, seed 1 +${sha256}`))
  const asJson = await graft('storage', 'check', '--json')
  expect(asJson).toMatchObject({ code: 1, stderr: '' })
  expect(JSON.parse(asJson.stdout)).toEqual({ checked: 1, missing: [{ kind: 'checkpoint', sha256, of: 'MobileNetV2 on birds, seed 1' }] })

  const put = await fetch(`${server.address}/api/blobs/${sha256}`, { method: 'PUT', headers: { authorization: `Bearer ${server.workerToken}` }, body: content })
  expect(put.ok).toBe(true)
  expect(await graft('storage', 'check')).toMatchObject({ code: 0, stdout: '✓ 1 content looked for, none missing\n' })
})
