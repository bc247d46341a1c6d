import { createServer, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { GraftError } from '@graft/contracts/errors'
import { physicalGpu } from './physical-gpu.ts'

/**
 * Takes a GPU for this process, so that two workers do not share its memory unawares: one worker a device, which runs several trials
 * by its slots. The system frees it when the process ends, however that happens. The processor (`cpu`) may be shared.
 * @param visible CUDA_VISIBLE_DEVICES.
 * @returns what gives it back.
 * @throws GraftError `conflict` where another worker of this machine has it.
 */
export async function claimDevice(device: string, visible?: string): Promise<() => Promise<void>> {
  if (device === 'cpu') return async () => undefined
  const name = `graft-device-${(/^cuda\b/.test(device) ? `cuda:${physicalGpu(device, visible)}` : device).replace(/[^a-z0-9]+/gi, '-')}`
  const server = createServer()
  server.unref()
  try {
    await listen(server, addressOf(name))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return async () => undefined // no such sockets here: the check is a convenience
    throw new GraftError('conflict', `Another worker of this machine has the device ${device} already.`, { hint: 'One worker a device: give that one more slots (--slots), or choose another device.', field: 'device', cause })
  }
  return () => new Promise((resolve) => server.close(() => resolve()))
}

/** A name that exists as long as somebody listens on it: Linux's abstract sockets and Windows' pipes leave nothing behind. */
function addressOf(name: string): string {
  if (process.platform === 'linux') return `\0${name}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : path.join(os.tmpdir(), `${name}.sock`)
}

const listen = (server: Server, address: string): Promise<void> => new Promise((resolve, reject) => server.once('error', reject).listen(address, resolve))
