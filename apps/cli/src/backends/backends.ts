import { stat } from 'node:fs/promises'
import path from 'node:path'
import { GraftError, isGraftError } from '@graft/contracts/errors'
import { probeDevice } from '@graft/core/runtime/probe-device'
import { readInstallation, tensorflowFolder } from '@graft/core/runtime/tensorflow/installation'
import { createTensorflowRuntime } from '@graft/core/runtime/tensorflow/tensorflow-runtime'
import { readEnvironment } from '../env.ts'
import { interruptible } from '../local/interruption.ts'
import { startProgress } from '../progress.ts'
import { paint, print, printable, printJson } from '../terminal.ts'
import { installCudaProvider } from './install-cuda.ts'
import { installTensorflow } from './install-tensorflow.ts'

export interface InstallOptions {
  variant: string
  official?: boolean
  force?: boolean
}

/** Installs a backend below the cache folder. */
export async function installBackend(name: string, options: InstallOptions): Promise<void> {
  if (name === 'cuda') return installCuda(options)
  if (name !== 'tensorflow') throw new GraftError('invalid_input', `There is no backend “${printable(name.slice(0, 40))}”.`, { hint: '`graft backends list` shows what there is.', field: 'name' })
  const { variant, official = false, force = false } = options
  if (variant !== 'cpu' && variant !== 'cuda') throw new GraftError('invalid_input', `--variant: there is no “${printable(variant.slice(0, 40))}”.`, { hint: 'Choose cpu or cuda.', field: '--variant' })
  const folder = tensorflowFolder(readEnvironment().cacheFolder)
  const found = await readInstallation(folder).catch(() => null)
  if (found !== null && !force) {
    if (found.variant === variant && (found.origin === 'official') === official) return print(`TensorFlow is installed already, in ${printable(folder)}; --force installs it anew.`)
    throw new GraftError('conflict', `TensorFlow is installed already, for ${found.variant} (${found.origin}).`, { hint: 'Give --force to replace it.' })
  }
  const progress = await startProgress('tensorflow')
  try {
    const installed = await interruptible((signal) => installTensorflow({ folder, variant, official, onProgress: (fraction, doing) => progress.update(fraction, doing), signal }))
    progress.stop()
    print(`${paint('green', '✓')} TensorFlow ${installed.versions['tensorflow']} runs on ${installed.device}; choose it with --device tensorflow.`)
  } finally {
    progress.stop()
  }
}

/** onnxruntime's CUDA provider, and whether a convolution then runs on a GPU. */
async function installCuda({ official = false, force = false }: InstallOptions): Promise<void> {
  if (!force && (await probeDevice('cuda')).usable) return print('CUDA is usable already; choose it with --device cuda. --force installs the provider anew.')
  const progress = await startProgress('cuda')
  try {
    await interruptible((signal) => installCudaProvider({ folder: path.join(readEnvironment().cacheFolder, 'backends', 'cuda'), official, onProgress: (fraction, doing) => progress.update(fraction, doing), signal }))
    progress.update(0.95, 'trying it')
    const { usable, reason, hint } = await probeDevice('cuda')
    progress.stop()
    print(usable ? `${paint('green', '✓')} CUDA is usable; choose it with --device cuda.` : `onnxruntime's CUDA provider is installed, but not usable: ${reason}${hint === null ? '' : ` ${hint}`}`)
  } finally {
    progress.stop()
  }
}

interface BackendLine {
  name: string
  usable: boolean
  detail: string
  hint: string | null
}

/** Says which backends are installed and usable, and why the others are not. */
export async function listBackends(options: { json?: boolean }): Promise<void> {
  const cuda = await probeDevice('cuda')
  const lines: BackendLine[] = [
    await tensorflowLine(tensorflowFolder(readEnvironment().cacheFolder)),
    { name: 'cuda', usable: cuda.usable, detail: cuda.reason ?? "onnxruntime's CUDA provider runs", hint: cuda.hint },
  ]
  if (options.json) return printJson(lines)
  for (const { name, usable, detail, hint } of lines) {
    print(`${usable ? paint('green', '✓') : paint('yellow', '–')} ${name.padEnd(13)} ${printable(detail)}`)
    if (hint !== null) print(paint('dim', `  ${' '.repeat(13)} ${hint}`))
  }
}

/** TensorFlow is loaded, in its own process, to see. */
export async function tensorflowLine(folder: string): Promise<BackendLine> {
  const name = 'tensorflow'
  try {
    const { variant, origin } = await readInstallation(folder)
    const runtime = await createTensorflowRuntime({ folder })
    await runtime.close()
    const detail = `TensorFlow ${runtime.versions['tensorflow']} for ${variant} (${origin}), runs on ${runtime.device}`
    return { name, usable: true, detail, hint: variant === 'cuda' && runtime.device === 'cpu' ? 'No GPU was found: check `nvidia-smi`.' : null }
  } catch (error) {
    if (!isGraftError(error)) throw error
    const isBegun = await stat(folder).then(() => true, () => false)
    return { name, usable: false, detail: isBegun && error.code === 'unavailable' ? `${error.message} An installation was begun and not finished, or is damaged.` : error.message, hint: error.hint ?? null }
  }
}
