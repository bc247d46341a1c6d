import process from 'node:process'
import type { DecodeReply, DecodeRequest } from './decode-protocol.ts'
import { memoryExitCode } from './decode-protocol.ts'
import { inspectImage } from './inspect-image.ts'

/**
 * The child process in which untrusted images are decoded: whatever a decoder does with a hostile file (crash, eat memory, hang)
 * happens here and costs one image. Started by decode-pool.ts with the memory limit in bytes as its argument.
 */
const memoryLimit = Number(process.argv[2])

function reply(message: DecodeReply): void {
  process.send?.(message)
}

// Decoding runs in other threads, so this timer fires while an image grows. Unlike a limit on address space it works on every
// system and does not count what the JavaScript engine merely reserves.
setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimit) process.exit(memoryExitCode)
}, 25).unref()

process.on('message', (request: DecodeRequest) => {
  inspectImage(request.bytes).then(
    (outcome) => reply({ kind: 'done', outcome }),
    (error: unknown) => reply({ kind: 'done', outcome: { failure: { kind: 'corrupt', reason: `No thumbnail can be made of it (${String(error)}).` } } }),
  )
})
// The parent is gone: nobody waits for an answer.
process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole process group; the parent decides when children end.
process.on('SIGINT', () => {})
reply({ kind: 'ready' })
