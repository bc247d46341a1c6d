import { expect, test } from 'vitest'
import { lineProgress, showJob, stretch } from './progress.ts'

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
    'import birds: 100% waiting for a worker',
    'import birds: 100% checking images 0 of 100',
  ])
})

test('stages follow one another on one bar, which never goes back', () => {
  const lines: string[] = []
  const progress = lineProgress('import birds', (line) => lines.push(line))
  const upload = stretch(progress, 0, 0.3)
  const job = stretch(progress, 0.3, 1)
  upload.update(0.5, 'uploading')
  showJob(job, { state: 'queued', progress: null })
  showJob(job, { state: 'running', progress: { stage: 'checking images', fraction: 1, message: '4 of 4' } })
  showJob(job, { state: 'running', progress: { stage: 'storing images', fraction: 0, message: '' } })
  showJob(job, { state: 'running', progress: { stage: 'a new stage', fraction: 0.1, message: '' } })
  expect(lines).toEqual([
    'import birds: 15% uploading',
    'import birds: 30% waiting for a worker',
    'import birds: 82% checking images 4 of 4',
    'import birds: 82% storing images',
    'import birds: 82% a new stage',
  ])
})
