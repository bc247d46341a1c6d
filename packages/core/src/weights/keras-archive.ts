import { GraftError } from '@graft/contracts/errors'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { openKerasHdf5 } from './keras-hdf5.ts'
import type { StoredWeights } from './stored-weights.ts'

const openZip = promisify<string, yauzl.Options, ZipFile>(yauzl.open)
const largestConfiguration = 64 * 1024 * 1024
/** VGG19 with its top holds 575 MB; this leaves room without letting an archive fill the disk. */
const largestWeights = 8 * 1024 ** 3

/**
 * Opens a `.keras` archive: a zip with `config.json` and `model.weights.h5`. The weights are unpacked to a temporary file that
 * `close` removes. Nothing of the configuration is ever run; Lambda layers (code in the file) are refused.
 */
export async function openKerasArchive(path: string, signal?: AbortSignal): Promise<StoredWeights> {
  const zip = await openZip(path, { lazyEntries: true, autoClose: false }).catch((cause: unknown) => {
    throw new GraftError('corrupt', `${path} is a damaged archive.`, { hint: 'Download or copy the file again.', cause })
  })
  const folder = await mkdtemp(join(tmpdir(), 'graft-keras-'))
  try {
    const entries = await listEntries(zip, path)
    refuseCode(entries, path)
    const configuration = entries.get('config.json')
    if (configuration !== undefined) refuseLambda(await readText(zip, configuration, path), path)
    const weights = entries.get('model.weights.h5')
    if (weights === undefined) {
      throw new GraftError('unsupported', `${path} is a zip without model.weights.h5, so no .keras file.`, { hint: 'Save the model again with model.save("name.keras").' })
    }
    if (weights.uncompressedSize > largestWeights) throw new GraftError('too_large', `The weights in ${path} claim ${weights.uncompressedSize} bytes.`)
    const unpacked = join(folder, 'model.weights.h5')
    await pipeline(await contentOf(zip, weights), createWriteStream(unpacked), signal === undefined ? {} : { signal })
    const stored = await openKerasHdf5(unpacked)
    const close = (): void => {
      stored.close()
      rmSync(folder, { recursive: true, force: true })
    }
    return { ...stored, format: 'keras-archive', source: path, close }
  } catch (cause) {
    await rm(folder, { recursive: true, force: true })
    throw cause
  } finally {
    zip.close()
  }
}

function listEntries(zip: ZipFile, path: string): Promise<Map<string, Entry>> {
  return new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>()
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', (cause: Error) => reject(new GraftError('corrupt', `${path} is a damaged archive.`, { hint: 'Download or copy the file again.', cause })))
    zip.readEntry()
  })
}

function contentOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return promisify<Entry, Readable>((wanted, done) => zip.openReadStream(wanted, done))(entry)
}

async function readText(zip: ZipFile, entry: Entry, path: string): Promise<string> {
  if (entry.uncompressedSize > largestConfiguration) throw new GraftError('too_large', `config.json in ${path} claims ${entry.uncompressedSize} bytes.`)
  const chunks: Buffer[] = []
  for await (const chunk of await contentOf(zip, entry)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function refuseCode(entries: ReadonlyMap<string, Entry>, path: string): void {
  const pickle = [...entries.keys()].find((name) => name.endsWith('.pkl') || name.endsWith('.pickle'))
  if (pickle !== undefined) {
    throw new GraftError('unsupported', `${path} holds a Python pickle (${pickle}). Graft never loads pickles: they can run any code.`, {
      hint: 'Save the weights as safetensors.',
    })
  }
}

function refuseLambda(configuration: string, path: string): void {
  let parsed: unknown
  try {
    parsed = JSON.parse(configuration)
  } catch (cause) {
    throw new GraftError('corrupt', `config.json in ${path} is no JSON.`, { cause })
  }
  const waiting: unknown[] = [parsed]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null) continue
    const className: unknown = Reflect.get(value, 'class_name')
    if (className === 'Lambda' || className === '__lambda__') {
      throw new GraftError('unsupported', `${path} has a Lambda layer, which is code inside the file. Graft never runs it.`, {
        hint: 'Build the model without Lambda layers, or save only the weights of its other layers.',
      })
    }
    waiting.push(...Object.values(value))
  }
}
