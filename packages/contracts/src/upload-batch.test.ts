import { expect, test } from 'vitest'
import { decodeUploadBatch, mostUploadBatchFiles, uploadBatchHead } from './upload-batch.ts'

const files = [{ path: 'grün/1.jpg', bytes: Uint8Array.of(1, 2, 3) }, { path: 'b/empty.jpg', bytes: new Uint8Array() }, { path: 'c', bytes: Uint8Array.of(9) }]
const body = Buffer.concat(files.flatMap(({ path, bytes }) => [uploadBatchHead(path, bytes.byteLength), bytes]))

test('files come out as they went in', () => {
  expect(decodeUploadBatch(body).map(({ path, bytes }) => ({ path, bytes: Uint8Array.from(bytes) }))).toEqual(files)
  expect(decodeUploadBatch(new Uint8Array())).toEqual([])
})

test.each([1, 5, 9, body.length - 1])('a body cut off after %i bytes is refused', (length) => {
  expect(() => decodeUploadBatch(body.subarray(0, length))).toThrow(/cut off/)
})

test('lengths that lie are refused, as are too many files', () => {
  expect(() => decodeUploadBatch(Buffer.alloc(64, 0xff))).toThrow(/cut off/)
  const many = Buffer.concat(Array.from({ length: mostUploadBatchFiles + 1 }, () => uploadBatchHead('a', 0)))
  expect(() => decodeUploadBatch(many)).toThrow(/at most 256 files/)
})
