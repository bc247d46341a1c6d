import { expect, test } from 'vitest'
import { sha256Schema } from '@graft/contracts/identifier'
import type { ClaimedJob } from '@graft/contracts/worker-protocol'
import { jobTitle } from './job-title.ts'

const claimed = (attempt: number, name: string): ClaimedJob => ({
  jobId: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
  attempt,
  payload: { kind: 'import', importId: 'i', name, splitRule: 'auto', seed: 0, source: { kind: 'files', sha256: sha256Schema.parse('0'.repeat(64)), count: 12 } },
})

test('says what a job is, with a short id, and which attempt it is from the second on', () => {
  expect(jobTitle(claimed(1, 'birds'))).toBe('Import 1b9d6bcd: birds, 12 files')
  expect(jobTitle(claimed(2, 'birds'))).toBe('Import 1b9d6bcd: birds, 12 files, attempt 2')
})

test('a name cannot steer the terminal', () => {
  expect(jobTitle(claimed(1, 'a\u001B[2J'))).not.toContain('\u001B')
})
