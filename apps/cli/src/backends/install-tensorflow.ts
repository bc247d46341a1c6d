import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { GraftError } from '@graft/contracts/errors'
import { installationFile, type TensorflowInstallation } from '@graft/core/runtime/tensorflow/installation'
import { createTensorflowRuntime } from '@graft/core/runtime/tensorflow/tensorflow-runtime'
import { repositoryRoot } from '../env.ts'
import { requireBuildTools } from './build-requirements.ts'
import { runCommand } from './run-command.ts'

export interface InstallTensorflowOptions {
  /** Where it goes; made anew. */
  readonly folder: string
  readonly variant: 'cpu' | 'cuda'
  /** npm's own download in place of a build against PyPI's library. */
  readonly official: boolean
  onProgress(fraction: number, doing: string): void
  readonly signal: AbortSignal
}

/** TensorFlow whose C library the binding is built against. tfjs-node 4.22 was written for 2.9; of 2.21 it uses nothing that has changed. */
const tensorflowVersion = '2.21.0'
const requirements: Readonly<Record<InstallTensorflowOptions['variant'], readonly string[]>> = {
  // Its library alone: none of what Python would need to import it.
  cpu: ['--no-deps', `tensorflow-cpu==${tensorflowVersion}`],
  cuda: [`tensorflow[and-cuda]==${tensorflowVersion}`],
}

/**
 * Installs the TensorFlow backend and tries it. Throws `unavailable` with what is missing or what a step said; nothing that is half
 * installed counts as installed.
 */
export async function installTensorflow(options: InstallTensorflowOptions): Promise<TensorflowInstallation & { readonly device: string }> {
  const { folder, variant, official, onProgress, signal } = options
  const tools = official ? null : await requireBuildTools()
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  onProgress(0.02, 'fetching tfjs-node from npm')
  for (const file of ['package.json', 'package-lock.json']) await copyFile(path.join(repositoryRoot, 'backends/tfjs-node', file), path.join(folder, file))
  await runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { folder, doing: 'Fetching tfjs-node from npm', signal })
  const packageName = official && variant === 'cuda' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node'
  if (tools === null) {
    onProgress(0.2, "downloading TensorFlow as npm's package does")
    await runCommand('npm', ['rebuild', packageName], { folder, doing: `The download of ${packageName}`, signal })
  } else await build({ ...options, headers: tools.headers, packageFolder: path.join(folder, 'node_modules', packageName) })
  onProgress(0.97, 'trying it')
  const installation: TensorflowInstallation = { package: packageName, variant, origin: official ? 'official' : 'built', versions: { tfjs: await versionOf(path.join(folder, 'node_modules', packageName)) } }
  await writeFile(path.join(folder, installationFile), `${JSON.stringify(installation, null, 2)}\n`)
  try {
    const runtime = await createTensorflowRuntime({ folder })
    await runtime.close()
    return { ...installation, versions: { ...installation.versions, ...runtime.versions }, device: runtime.device }
  } catch (error) {
    await rm(path.join(folder, installationFile))
    throw error
  }
}

async function build({ folder, variant, headers, packageFolder, onProgress, signal }: InstallTensorflowOptions & { headers: string; packageFolder: string }): Promise<void> {
  onProgress(0.2, `fetching TensorFlow ${tensorflowVersion} from PyPI`)
  await runCommand('python3', ['-m', 'venv', 'python'], { folder, doing: 'Making a Python environment', signal })
  const pip = path.join(folder, 'python/bin/python')
  await runCommand(pip, ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--disable-pip-version-check', ...requirements[variant]], { folder, doing: `Fetching TensorFlow ${tensorflowVersion} from PyPI`, signal })
  const library = await tensorflowLibrary(folder)
  const links = path.join(packageFolder, 'deps/lib')
  await mkdir(links, { recursive: true })
  await symlink(path.join(library, 'include'), path.join(packageFolder, 'deps/include'))
  // Names for the linker alone. At run time the libraries are found where they lie, whose own paths lead to those of CUDA.
  await symlink(path.join(library, 'libtensorflow_cc.so.2'), path.join(links, 'libtensorflow.so'))
  await symlink(path.join(library, 'libtensorflow_framework.so.2'), path.join(links, 'libtensorflow_framework.so'))
  onProgress(0.75, 'compiling the binding')
  const gyp = path.join(folder, 'node_modules/node-gyp/bin/node-gyp.js')
  const settings = [`--nodedir=${headers}`, '--module_name=tfjs_binding', `--module_path=${path.join(packageFolder, 'lib/napi-v8')}`, '--napi_version=8', '--napi_build_version=8']
  await runCommand('env', ['CXXFLAGS=-std=c++17 -w', `LDFLAGS=-Wl,-rpath,${library}`, process.execPath, gyp, 'rebuild', ...settings], { folder: packageFolder, doing: 'Compiling the binding', signal })
}

/** Folder of the `tensorflow` package with its libraries. */
async function tensorflowLibrary(folder: string): Promise<string> {
  const versions = path.join(folder, 'python/lib')
  const python = (await readdir(versions)).find((name) => name.startsWith('python3'))
  if (python === undefined) throw new GraftError('internal', `There is no Python in ${versions}.`)
  return path.join(versions, python, 'site-packages/tensorflow')
}

async function versionOf(packageFolder: string): Promise<string> {
  return (JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8')) as { version: string }).version
}
