import { GraftError } from '@graft/contracts/errors'
import { open as openFile, stat } from 'node:fs/promises'
import { openGraftWeights } from './graft-weights.ts'
import { openKerasArchive } from './keras-archive.ts'
import { openKerasHdf5 } from './keras-hdf5.ts'
import { openSafetensors } from './safetensors.ts'
import type { StoredWeights } from './stored-weights.ts'
import { openTfjsLayers } from './tfjs-layers.ts'

const hdf5Signature = '\x89HDF\r\n\x1a\n'
/** Formats that are read whole: what Node reads into one buffer. HDF5 and archives are read tensor by tensor. */
const largestInMemory = 2 ** 31 - 1
const accepted = 'Graft reads Keras .h5, .weights.h5 and .keras files, .safetensors, tfjs-layers folders and .graft-weights.'

/**
 * Opens a weight file of any known format, recognised by content, not by its name. The caller closes it. Throws
 * `not_found`, `corrupt`, `unsupported` (pickles, TensorFlow SavedModels, Lambda layers).
 */
export async function openWeightFile(path: string, signal?: AbortSignal): Promise<StoredWeights> {
  signal?.throwIfAborted()
  const information = await stat(path).catch(() => null)
  if (information === null) throw new GraftError('not_found', `There is no weight file ${path}.`, { hint: 'Check the path.' })
  if (information.isDirectory()) return openTfjsLayers(path, signal)
  if (information.size === 0) throw new GraftError('corrupt', `${path} is empty.`, { hint: 'Download or copy the file again.' })

  const head = await firstBytes(path, 16)
  const text = head.toString('latin1')
  if (text.startsWith(hdf5Signature)) return openKerasHdf5(path)
  if (text.startsWith('PK\x03\x04')) return openKerasArchive(path, signal)
  if (information.size > largestInMemory) throw new GraftError('too_large', `${path} has ${information.size} bytes; files of this format are read up to ${largestInMemory}.`)
  if (text.startsWith('GRAFTW')) return openGraftWeights(path, signal)
  if (text.startsWith('\x80') && head[1] !== undefined && head[1] >= 2 && head[1] <= 5) {
    throw new GraftError('unsupported', `${path} is a Python pickle. Graft never loads pickles: they can run any code.`, { hint: accepted })
  }
  if (head[8] === 0x7b) return openSafetensors(path, signal)
  throw new GraftError('unsupported', `${path} is no weight file that Graft knows.`, { hint: accepted })
}

async function firstBytes(path: string, length: number): Promise<Buffer> {
  const file = await openFile(path)
  try {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await file.read(buffer, 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
