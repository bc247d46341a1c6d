import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeHeaders } from './build-requirements.ts'
import { tensorflowLine } from './backends.ts'
import { runCommand } from './run-command.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'graft-backends-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a backend that is not there, and one that was begun, say so and how to go on', async () => {
  expect(await tensorflowLine(path.join(folder, 'nowhere'))).toMatchObject({ name: 'tensorflow', usable: false, detail: expect.not.stringMatching(/begun/), hint: expect.stringMatching(/graft backends install tensorflow/) })
  expect(await tensorflowLine(folder)).toMatchObject({ usable: false, detail: expect.stringMatching(/begun and not finished/) })
})

test("Node's headers are found beside the Node that runs", async () => {
  await mkdir(path.join(folder, 'node/include/node'), { recursive: true })
  await writeFile(path.join(folder, 'node/include/node/node_api.h'), '')
  expect(nodeHeaders(path.join(folder, 'node/bin/node'))).toBe(path.join(folder, 'node'))
})

test('a step of an installation that fails is named with what it said; a signal ends it', async () => {
  const failing = ['-e', 'console.error("no such wheel"); process.exit(3)']
  await expect(runCommand(process.execPath, failing, { folder, doing: 'Fetching it' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/^Fetching it failed .*exit status 3/), hint: 'no such wheel' })
  await expect(runCommand('graft-has-no-such-command', [], { folder, doing: 'Compiling' })).rejects.toMatchObject({ message: expect.stringMatching(/Compiling failed .*ENOENT/) })
  const reason = new Error('enough')
  await expect(runCommand(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { folder, doing: 'Waiting', signal: AbortSignal.any([AbortSignal.abort(reason)]) })).rejects.toBe(reason)
})
