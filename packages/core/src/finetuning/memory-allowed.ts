import { totalmem } from 'node:os'

/** Of the machine's memory, or of the container's; the rest is for the system, its file cache and other processes. */
const share = 0.7

/** Bytes that the process may take where nothing else is said. */
export function memoryAllowed(): number {
  const constrained = process.constrainedMemory()
  const total = totalmem()
  return share * (constrained > 0 && constrained < total ? constrained : total)
}

/** Node, its libraries and onnxruntime before they do anything. */
const idleBytes = 180e6

/** Bytes that the process holds: resident, and those that are in use, weights and samples above all. */
export function memoryHeld(): { resident: number; inUse: number } {
  const { rss, arrayBuffers } = process.memoryUsage()
  return { resident: rss, inUse: Math.min(rss, idleBytes + arrayBuffers) }
}
