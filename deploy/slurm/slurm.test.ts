import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quickRecipe } from '../../apps/worker/src/testing/quick-recipe.ts'
import { startTestServer, type TestServer } from '../../apps/worker/src/testing/test-server.ts'
import { createUserClient, until, untilFinal, type UserClient } from '../../apps/worker/src/testing/user-client.ts'
import { writeImageFolder } from '../../apps/worker/src/testing/write-image-folder.ts'

// The script as sbatch runs it, in an environment as Slurm makes one; a real server and a real worker.
const root = path.resolve(import.meta.dirname, '../..')
const script = path.join(import.meta.dirname, 'graft-workers.sbatch')
let server: TestServer
let user: UserClient
const started: ChildProcess[] = []

beforeAll(async () => {
  server = await startTestServer()
  user = createUserClient(server.address, server.userToken)
  writeFileSync(path.join(server.folder, 'token'), server.workerToken, { mode: 0o600 })
})
afterAll(async () => {
  for (const child of started) if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL')
  await server.close()
})

/** `sbatch --array` runs one task of the array; answers what Slurm would log and the exit code. */
function runTask(task: number, more: Record<string, string> = {}): { child: ChildProcess; output: () => string; ended: Promise<number | null> } {
  // Slurm copies the script away from the clone and runs the copy.
  const spool = path.join(server.folder, 'spool')
  mkdirSync(spool, { recursive: true })
  const copy = path.join(spool, 'slurm_script')
  writeFileSync(copy, readFileSync(script), { mode: 0o755 })
  const environment = { PATH: process.env['PATH'], HOME: server.folder, GRAFT_SERVER: server.address, GRAFT_TOKEN_FILE: path.join(server.folder, 'token'), GRAFT_CACHE: path.join(server.folder, 'cache') }
  const slurm = { SLURM_JOB_ID: String(4000 + task), SLURM_ARRAY_JOB_ID: '4000', SLURM_ARRAY_TASK_ID: String(task), SLURM_CPUS_PER_TASK: '1', SLURM_SUBMIT_DIR: root }
  const child = spawn(copy, { cwd: '/', env: { ...environment, ...slurm, ...more }, detached: true })
  started.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, output: () => output, ended: new Promise((resolve) => child.once('close', (code) => resolve(code))) }
}

const noShellcheck = spawnSync('shellcheck', ['--version']).error !== undefined
if (noShellcheck) console.warn('shellcheck is not installed: the Slurm script is read by bash -n only.')

test('bash finds no fault in it', () => {
  expect(spawnSync('bash', ['-n', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
})

test.skipIf(noShellcheck)('shellcheck finds no fault in it', () => {
  const checked = spawnSync('shellcheck', [script], { encoding: 'utf8' })
  expect(checked, checked.stdout).toMatchObject({ status: 0 })
})

test('a task without server or token ends with what is missing', async () => {
  const withoutServer = runTask(1, { GRAFT_SERVER: '' })
  expect(await withoutServer.ended).toBe(2)
  expect(withoutServer.output()).toContain('GRAFT_SERVER is not set')
  const withoutToken = runTask(1, { GRAFT_TOKEN_FILE: '/nowhere' })
  expect(await withoutToken.ended).toBe(2)
  expect(withoutToken.output()).toContain('GRAFT_TOKEN_FILE names no readable file')
})

test('a task works until the queue is empty and then frees its node; told to end, it hands its trial back', async () => {
  await writeImageFolder(path.join(server.folder, 'shapes'), ['circle', 'square'], 16)
  const importId = await user.importFolder('shapes', path.join(server.folder, 'shapes'))
  const first = runTask(3)
  expect(await first.ended, first.output()).toBe(0)
  expect(await user.api.import.get.query({ importId })).toMatchObject({ state: 'finished' })
  expect((await user.api.worker.list.query())[0]).toMatchObject({ name: 'slurm-4000-3', state: 'left' })
  expect(first.output()).not.toContain(server.workerToken)

  const launch = async (seed: number, epochs: number) => {
    const { sweepId } = await user.api.sweep.create.mutate({ datasets: ['shapes'], models: ['three-layer-convnet'], recipe: quickRecipe(epochs), seeds: [seed] })
    return (await user.api.sweep.get.query({ id: sweepId })).trials[0]!.id
  }
  const long = await launch(0, 1000)
  const second = runTask(4)
  await until(async () => (await server.db.epochMetric.count({ where: { trialId: long } })) > 0)
  second.child.kill('SIGTERM') // `--signal=B:TERM`: the batch script alone is told
  expect(await second.ended, second.output()).toBe(0)
  expect(await user.api.trial.get.query({ id: long })).toMatchObject({ state: 'queued' })
  await user.api.trial.cancel.mutate({ id: long })

  const short = await launch(1, 2)
  const third = runTask(5)
  expect(await third.ended, third.output()).toBe(0)
  expect(await untilFinal(() => user.api.trial.get.query({ id: short }))).toMatchObject({ state: 'finished', attempts: [{ worker: 'slurm-4000-5' }] })
})
