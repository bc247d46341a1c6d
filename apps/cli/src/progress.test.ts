import { expect, test } from 'vitest'
import { lineProgress } from './progress.ts'

test('a log gets a line a stage, and one every ten seconds of a long stage', () => {
  const lines: string[] = []
  let time = 0
  const progress = lineProgress('import birds', (line) => lines.push(line), () => time)
  for (let done = 1; done <= 100; done++) {
    time += 250
    progress.update(done / 100, `uploading ${done} of 100 files`)
  }
  progress.update(null, 'waiting for a worker')
  progress.update(0, 'checking images 0 of 100')
  expect(lines).toEqual([
    'import birds: 1% uploading 1 of 100 files',
    'import birds: 41% uploading 41 of 100 files',
    'import birds: 81% uploading 81 of 100 files',
    'import birds: waiting for a worker',
    'import birds: checking images 0 of 100',
  ])
})
