import { expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { readSafetensors, writeSafetensors } from './safetensors.ts'

const tensors = {
  'a/kernel': { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, -1e30) },
  'b/bias': { shape: [1], data: Float32Array.of(7) },
  scalar: { shape: [], data: Float32Array.of(0.5) },
  empty: { shape: [0, 4], data: new Float32Array() },
}

test('what is written reads back the same, with its metadata', () => {
  const { tensors: again, metadata } = readSafetensors(writeSafetensors(tensors, { 'key "with" quotes': 'é' }))
  expect(again).toEqual(tensors)
  expect(metadata).toEqual({ 'key "with" quotes': 'é' })
})

test('equal tensors give equal bytes, data begins at a multiple of 8', () => {
  const bytes = writeSafetensors(tensors)
  expect(Buffer.from(bytes).equals(Buffer.from(writeSafetensors(tensors)))).toBe(true)
  expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0)
})

test("the library's own file reads", () => {
  const { tensors: read, metadata } = readSafetensors(readFileSync(new URL('golden/mobilenet.safetensors', import.meta.url)))
  expect(metadata).toEqual({ 'written by': 'safetensors for Python' })
  expect(read['conv1/kernel']?.shape).toEqual([3, 3, 3, 8])
})

test('bfloat16 is the upper half of a float', () => {
  const header = Buffer.from(JSON.stringify({ x: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] } }))
  const bytes = Buffer.alloc(8 + header.length + 4)
  bytes.writeBigUInt64LE(BigInt(header.length))
  header.copy(bytes, 8)
  bytes.writeUInt16LE(0x3fc0, 8 + header.length) // 1.5
  bytes.writeUInt16LE(0xc000, 10 + header.length) // -2
  expect([...readSafetensors(bytes).tensors['x']!.data]).toEqual([1.5, -2])
})

const withHeader = (header: string, data = 8, claimed = Buffer.byteLength(header)): Uint8Array => {
  const bytes = Buffer.alloc(8 + Buffer.byteLength(header) + data)
  bytes.writeBigUInt64LE(BigInt(claimed))
  bytes.write(header, 8)
  return bytes
}
test.each([
  ['too short', new Uint8Array(5), 'corrupt'],
  ['a header longer than the file', withHeader('{}', 0, 1000), 'corrupt'],
  ['a header of a thousand petabytes', withHeader('{}', 0, 2 ** 60), 'corrupt'],
  ['no JSON', withHeader('{"x":'), 'corrupt'],
  ['a list', withHeader('[1,2]'), 'corrupt'],
  ['offsets beyond the end', withHeader('{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'), 'corrupt'],
  ['offsets that do not fit the shape', withHeader('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}'), 'corrupt'],
  ['backward offsets', withHeader('{"x":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}'), 'corrupt'],
  ['a shape of huge product', withHeader('{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}'), 'corrupt'],
  ['whole numbers', withHeader('{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}'), 'unsupported'],
])('%s is refused', (_, bytes, code) => {
  expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code }))
})

test('a tensor whose values do not fill its shape is not written', () => {
  expect(() => writeSafetensors({ x: { shape: [3], data: new Float32Array(2) } })).toThrow(expect.objectContaining({ code: 'mismatch' }))
})
