import { spawn } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from './env.ts'

test('a reader that goes away ends the command without a word', async () => {
  const child = spawn(process.execPath, [path.join(repositoryRoot, 'apps/cli/bin/graft.mjs'), 'models', 'show', 'xception'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect([code, stderr]).toEqual([0, ''])
})
