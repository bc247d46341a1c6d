import os from 'node:os'
import path from 'node:path'
import { readInstallation, tensorflowFolder } from '../../../../packages/core/src/runtime/tensorflow/installation.ts'

/** Where the command line installs TensorFlow; null, with the reason printed, where it has not. */
export async function installedFolder(): Promise<string | null> {
  const folder = tensorflowFolder(process.env['GRAFT_CACHE'] || path.join(os.homedir(), '.cache', 'graft'))
  try {
    await readInstallation(folder)
    return folder
  } catch (error) {
    console.warn(`Tests of the TensorFlow runtime are skipped: ${(error as Error).message}`)
    return null
  }
}
