import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointStore } from '@graft/contracts/checkpoint-store'
import { namesIn, writeAtomically, writeFully } from './atomic-file.ts'

/** Number in the order of writing, SHA-256 of the content. */
const fileName = /^(\d{8})-([0-9a-f]{64})\.checkpoint$/
const kept = 2

/**
 * Checkpoints in a folder, each named by its number and its hash: whatever a power cut or a full disk leaves of one is found out and
 * passed over, and the one before it still there.
 */
export function createCheckpointFolder(folder: string): CheckpointStore & { /** Takes all away: the trial is through. */ clear(): Promise<void> } {
  const newestFirst = async (): Promise<string[]> => (await namesIn(folder)).filter((name) => fileName.test(name)).toSorted().toReversed()
  return {
    async *read(signal) {
      for (const name of await newestFirst()) {
        const bytes = await readFile(join(folder, name), { signal })
        if (createHash('sha256').update(bytes).digest('hex') === fileName.exec(name)?.[2]) yield bytes
      }
    },
    async write(checkpoint) {
      const before = await newestFirst()
      const number = Number(before[0]?.slice(0, 8) ?? 0) + 1
      const name = `${String(number).padStart(8, '0')}-${createHash('sha256').update(checkpoint).digest('hex')}.checkpoint`
      await writeAtomically(folder, async (file) => {
        await writeFully(file, checkpoint)
        return join(folder, name)
      })
      for (const old of before.slice(kept - 1)) await rm(join(folder, old), { force: true })
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  }
}
