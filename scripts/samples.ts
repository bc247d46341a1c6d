import { existsSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './environment.ts'
import { runToEnd } from './processes.ts'

/** The sample study: two datasets x three models x three seeds, small enough for two cores. */
export const sampleStudy = {
  name: 'Sample study',
  datasets: ['sign-digits', 'emoji'],
  models: ['mobilenet-v2', 'inception-v3-nsfwjs', 'three-layer-convnet'],
  seeds: [0, 1, 2],
}

export interface SampleOptions {
  dataFolder: string
  /** Where the server is and the token to talk to it, for the command line. */
  environment: Record<string, string>
  signal: AbortSignal
}

/**
 * Imports the sample datasets and launches the sample study, through the same command line that people use. Once: a mark in
 * the data folder is written when all of it is queued, and every part may be repeated unharmed (the same folder is the same version).
 */
export async function runSamples({ dataFolder, environment, signal }: SampleOptions): Promise<void> {
  const mark = path.join(dataFolder, 'samples-launched.json')
  if (existsSync(mark)) return
  const graft = async (...commandArguments: string[]) => {
    const { code } = await runToEnd(process.execPath, [path.join(root, 'apps/cli/bin/graft.mjs'), ...commandArguments], { environment, signal })
    if (code !== 0 && !signal.aborted) throw new Error(`"graft ${commandArguments[0]}" failed while the samples were set up.`)
  }
  console.log('Sample datasets (once):')
  const emojiFolder = path.join(dataFolder, 'sample-emoji')
  const { writeEmojiDataset } = await import('../packages/core/src/samples/emoji.ts')
  await Promise.all([graft('import', path.join(root, 'samples/sign-digits'), '--name', 'sign-digits'), writeEmojiDataset(emojiFolder, {}, signal)])
  if (signal.aborted) return
  await graft('import', emojiFolder, '--name', 'emoji')
  rmSync(emojiFolder, { recursive: true, force: true })
  if (signal.aborted) return
  console.log('Sample study: 2 datasets x 3 models x 3 seeds; watch it on the leaderboard page.')
  await graft(
    'run',
    ...sampleStudy.datasets.flatMap((name) => ['--dataset', name]),
    ...sampleStudy.models.flatMap((id) => ['--model', id]),
    '--seeds',
    sampleStudy.seeds.join(','),
    '--name',
    sampleStudy.name,
    '--detach',
  )
  if (!signal.aborted) writeFileSync(mark, JSON.stringify(sampleStudy, null, 2))
}
