import { access, constants, mkdir, statfs } from 'node:fs/promises'
import os from 'node:os'
import type { Command } from 'commander'
import { isGraftError } from '@graft/contracts/errors'
import { onnxDevices, probeDevice } from '@graft/core/runtime/probe-device'
import { tensorflowFolder } from '@graft/core/runtime/tensorflow/installation'
import { tensorflowLine } from './backends/backends.ts'
import { readEnvironment } from './env.ts'
import { startProgress } from './progress.ts'
import { connect } from './server-client.ts'
import { paint, print, printable, printJson } from './terminal.ts'

/** One line of the report. `isNeeded`: nothing works without it, so that the command fails. */
interface Finding {
  what: string
  usable: boolean
  detail: string
  hint: string | null
  isNeeded: boolean
}

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

/** Tries everything that Graft uses of this machine and says what works. Exit code 1 where something is missing that nothing works without. */
export async function doctor(options: { json?: boolean }, command: Command): Promise<void> {
  const progress = await startProgress('doctor')
  const findings: Finding[] = [machine()]
  try {
    for (const [index, device] of onnxDevices.entries()) {
      progress.update(index / onnxDevices.length, `trying ${device}`)
      const { usable, reason, hint } = await probeDevice(device)
      findings.push({ what: `device ${device}`, usable, detail: reason ?? 'a convolution runs and comes out right', hint, isNeeded: device === 'cpu' })
    }
    progress.update(null, 'trying tensorflow')
    const { usable, detail, hint } = await tensorflowLine(tensorflowFolder(readEnvironment().cacheFolder))
    findings.push({ what: 'tensorflow', usable, detail, hint, isNeeded: false })
    findings.push(await cacheFolder(readEnvironment().cacheFolder), await server(command))
  } finally {
    progress.stop()
  }
  if (options.json) printJson(findings)
  else for (const finding of findings) tell(finding)
  if (findings.some(({ usable, isNeeded }) => isNeeded && !usable)) process.exitCode = 1
}

function machine(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const usable = major > 20 || (major === 20 && minor >= 19)
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor'
  return { what: 'machine', usable, detail: `Node ${process.versions.node}, ${cpu}, ${os.availableParallelism()} cores, ${gibibytes(os.totalmem())} of memory`, hint: usable ? null : 'Graft needs Node 20.19 or newer.', isNeeded: true }
}

async function cacheFolder(folder: string): Promise<Finding> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    return { what: 'cache', usable: true, detail: `${folder}, ${gibibytes(bavail * bsize)} free`, hint: null, isNeeded: true }
  } catch (error) {
    return { what: 'cache', usable: false, detail: `${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`, hint: 'Point GRAFT_CACHE at a folder that can.', isNeeded: true }
  }
}

async function server(command: Command): Promise<Finding> {
  const { server: address } = readEnvironment()
  try {
    const workers = await connect(command).call((api) => api.worker.list.query())
    const online = workers.filter(({ state }) => state === 'online').length
    return { what: 'server', usable: true, detail: `answers, ${online} ${online === 1 ? 'worker' : 'workers'} online`, hint: null, isNeeded: false }
  } catch (error) {
    const known = isGraftError(error)
    return { what: 'server', usable: false, detail: known ? error.message : `${address} does not answer`, hint: (known ? error.hint : null) ?? 'graft train and graft features work without one.', isNeeded: false }
  }
}

function tell({ what, usable, detail, hint, isNeeded }: Finding): void {
  const mark = usable ? paint('green', '✓') : paint(isNeeded ? 'red' : 'yellow', isNeeded ? '✗' : '–')
  print(`${mark} ${what.padEnd(13)} ${printable(detail)}`)
  if (hint !== null) print(paint('dim', `  ${' '.repeat(13)} ${hint}`))
}
