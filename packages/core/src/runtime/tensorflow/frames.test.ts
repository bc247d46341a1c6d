import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { receiveFrames, sendFrame } from './frames.ts'

test('messages with typed arrays arrive whole and in order, however the stream cuts them', async () => {
  const messages = [
    { id: 1, floats: Float32Array.of(1.5, -0, Number.NaN, 3e38), nested: { bytes: Uint8Array.of(1, 2, 3), list: [Int32Array.of(-7), 'text', null] } },
    { id: 2 },
    // A Buffer that is a view at an odd place of a larger one, and an array of nothing.
    { id: 3, bytes: Buffer.from([9, 8, 7, 6, 5]).subarray(1, 4), nothing: new Float32Array(0) },
  ]
  const sent = new PassThrough()
  const wire: Buffer[] = []
  sent.on('data', (chunk: Buffer) => wire.push(chunk))
  for (const message of messages) sendFrame(sent, message)
  await new Promise((resolve) => sent.end(resolve))
  const bytes = Buffer.concat(wire)
  for (const size of [1, 7, bytes.length]) {
    const stream = new PassThrough()
    const received: unknown[] = []
    receiveFrames(stream, (message) => received.push(message))
    for (let start = 0; start < bytes.length; start += size) stream.write(bytes.subarray(start, start + size))
    await new Promise((resolve) => stream.on('end', resolve).end())
    expect(received).toEqual([messages[0], messages[1], { id: 3, bytes: Uint8Array.of(8, 7, 6), nothing: new Float32Array(0) }])
  }
  expect(() => sendFrame(new PassThrough(), { doubles: Float64Array.of(1) })).toThrow(/Only float32/)
})
