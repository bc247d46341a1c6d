import type { Duplex } from 'node:stream'

type Numbers = Float32Array | Int32Array | Uint8Array
const kinds = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const
type NumbersKind = keyof typeof kinds
interface Place { readonly $numbers: NumbersKind; readonly start: number; readonly length: number }

/**
 * Messages between two processes over a stream: JSON in which typed arrays are places in the bytes that follow it. A frame is
 * the length of the JSON and that of the bytes (two float64), the JSON, the bytes.
 */
export function sendFrame(stream: Duplex, message: unknown): void {
  const arrays: Numbers[] = []
  let length = 0
  const json = JSON.stringify(message, function (this: Record<string, unknown>, key) {
    // Not the second argument: a Buffer would come as its own JSON.
    const value = this[key]
    if (!ArrayBuffer.isView(value)) return value
    const place: Place = { $numbers: kindOf(value), start: length, length: (value as Numbers).length }
    arrays.push(value as Numbers)
    length += aligned(value.byteLength)
    return place
  })
  const text = Buffer.from(json)
  const header = new Float64Array([text.length, length])
  stream.cork()
  stream.write(new Uint8Array(header.buffer))
  stream.write(text)
  for (const { buffer, byteOffset, byteLength } of arrays) {
    stream.write(new Uint8Array(buffer, byteOffset, byteLength))
    stream.write(new Uint8Array(aligned(byteLength) - byteLength))
  }
  stream.uncork()
}

/** Calls `receive` with each message that comes in. */
export function receiveFrames(stream: Duplex, receive: (message: never) => void): void {
  let parts: Part[] = headerOnly()
  stream.on('data', (chunk: Buffer) => {
    let rest = chunk
    while (rest.length > 0) {
      const part = parts.find(({ bytes, filled }) => filled < bytes.length)!
      const taken = rest.subarray(0, part.bytes.length - part.filled)
      part.bytes.set(taken, part.filled)
      part.filled += taken.length
      rest = rest.subarray(taken.length)
      const [header, text, bytes] = parts as [Part, Part?, Part?]
      if (text === undefined && header.filled === header.bytes.length) parts = [header, ...[...new Float64Array(header.bytes.buffer)].map(emptyPart)]
      else if (parts.every((each) => each.filled === each.bytes.length)) {
        parts = headerOnly()
        receive(parse(text!.bytes, bytes!.bytes) as never)
      }
    }
  })
}

interface Part { readonly bytes: Uint8Array<ArrayBuffer>; filled: number }
const emptyPart = (length: number): Part => ({ bytes: new Uint8Array(length), filled: 0 })
const headerOnly = (): Part[] => [emptyPart(16)]
const aligned = (length: number): number => Math.ceil(length / 4) * 4

function parse(text: Uint8Array, bytes: Uint8Array<ArrayBuffer>): unknown {
  return JSON.parse(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString(), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$numbers' in value)) return value
    const place = value as Place
    return new kinds[place.$numbers](bytes.buffer, place.start, place.length)
  })
}

function kindOf(value: ArrayBufferView): NumbersKind {
  if (value instanceof Float32Array) return 'float32'
  if (value instanceof Int32Array) return 'int32'
  if (value instanceof Uint8Array) return 'uint8'
  throw new TypeError('Only float32, int32 and uint8 go between processes.')
}
