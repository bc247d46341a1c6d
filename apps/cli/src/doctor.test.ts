import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { createGraft } from './testing/graft.ts'

test('graft doctor tells what is usable and why the rest is not; a missing server is no failure, an unusable cache folder is', async () => {
  const graft = createGraft({ GRAFT_SERVER: 'http://127.0.0.1:1', GRAFT_TOKEN: 'none' }, tmpdir())
  const { code, stdout } = await graft('doctor', '--json')
  const findings = JSON.parse(stdout) as { what: string; usable: boolean; hint: string | null }[]
  expect(findings.map(({ what }) => what)).toEqual(['machine', 'device cpu', 'device webgpu', 'device cuda', 'tensorflow', 'cache', 'server'])
  expect(findings.filter(({ what }) => ['machine', 'device cpu', 'cache'].includes(what)).every(({ usable }) => usable)).toBe(true)
  expect(findings.find(({ what }) => what === 'server')).toMatchObject({ usable: false })
  expect(code).toBe(0)

  const broken = await createGraft({ GRAFT_SERVER: 'http://127.0.0.1:1', GRAFT_TOKEN: 'none', GRAFT_CACHE: '/dev/null/cache' }, tmpdir())('doctor')
  expect(broken.stdout).toContain('Point GRAFT_CACHE at a folder')
  expect(broken.code).toBe(1)
})
