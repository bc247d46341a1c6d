import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { commandLine, isAlive, removeFolder, startGraft, temporaryFolder } from './start-graft.ts'

const dataFolder = temporaryFolder()
afterAll(() => removeFolder(dataFolder))

test.skipIf(process.platform !== 'linux').each([
  ['SIGTERM', 'its output still read'],
  ['SIGINT', 'its output still read'],
  ['SIGTERM', 'the terminal closed before'],
] as const)(
  'npm start answers on the loopback, keeps its data over a restart; %s with %s leaves no process behind',
  async (signal, terminal) => {
    const graft = await startGraft({ dataFolder })
    const processes = graft.descendants()
    try {
      expect((await fetch(`${graft.address}/api/health`)).status).toBe(200)
      expect((await fetch(graft.address)).status).toBe(200)
      expect(processes.length).toBeGreaterThan(3)
      const token = path.join(dataFolder, 'tokens/user')
      expect(statSync(token).mode & 0o077).toBe(0)
      const listed = await fetch(`${graft.address}/api/trpc/worker.list`, { headers: { authorization: `Bearer ${readFileSync(token, 'utf8').trim()}` } })
      expect(listed.status).toBe(200)
    } finally {
      if (terminal === 'the terminal closed before') graft.closeOutput()
      await graft.stop(signal)
    }
    await expect.poll(() => processes.filter(isAlive), { timeout: 20_000 }).toEqual([])
  },
  240_000,
)

test.skipIf(process.platform !== 'linux')(
  'a worker that is killed with -9 is started again',
  async () => {
    const graft = await startGraft({ dataFolder })
    const workers = () => graft.descendants().filter((pid) => commandLine(pid).endsWith('src/main.ts'))
    try {
      await expect.poll(workers, { timeout: 30_000 }).toHaveLength(1)
      const [first] = workers()
      process.kill(first!, 'SIGKILL')
      await expect.poll(() => workers().filter((pid) => pid !== first), { timeout: 30_000 }).toHaveLength(1)
      expect((await fetch(`${graft.address}/api/health`)).status).toBe(200)
    } finally {
      await graft.stop()
    }
  },
  240_000,
)
