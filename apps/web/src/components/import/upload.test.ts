import { largestUploadBatchBytes, mostUploadBatchFiles } from '@graft/contracts/upload-batch'
import { expect, test } from 'vitest'
import { batchesOf } from './upload.ts'

const files = (...sizes: number[]) => sizes.map((size) => ({ file: { size } }))
const sizesOf = (...sizes: number[]) => batchesOf(files(...sizes)).map((batch) => batch.map(({ file }) => file.size))

test('small files travel together, as many as one request takes', () => {
  expect(sizesOf(1, 2, 3)).toEqual([[1, 2, 3]])
  expect(batchesOf(files(...Array.from({ length: 2 * mostUploadBatchFiles + 1 }, () => 1))).map(({ length }) => length)).toEqual([mostUploadBatchFiles, mostUploadBatchFiles, 1])
  expect(sizesOf(largestUploadBatchBytes - 1, 1, 1)).toEqual([[largestUploadBatchBytes - 1, 1], [1]])
})

test('a file that is larger than a batch goes alone', () => {
  expect(sizesOf(1, largestUploadBatchBytes + 1, 0, 2)).toEqual([[1], [largestUploadBatchBytes + 1], [0, 2]])
  expect(batchesOf([])).toEqual([])
})
