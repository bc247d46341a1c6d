import { expect, test } from 'vitest'
import { numpyFile } from './numpy-file.ts'

// What numpy.save writes for arange(6, dtype='<f4').reshape(2, 3) and arange(2, dtype='<f4').
test.each([
  ['(2, 3)', [2, 3], 118, '\0\0\0\0\0\0\x80?\0\0\0@\0\0@@\0\0\x80@\0\0\xa0@'],
  ['(2,)', [2], 118, '\0\0\0\0\0\0\x80?'],
])('is byte for byte what numpy.save writes: %s', (shape, dimensions, headerLength, data) => {
  const count = dimensions.reduce((product, length) => product * length)
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(headerLength - 1)
  expect(numpyFile(Float32Array.from({ length: count }, (_value, index) => index), dimensions).toString('latin1')).toBe(`\x93NUMPY\x01\0${String.fromCharCode(headerLength)}\0${header}\n${data}`)
})

test('data begin at a multiple of 64 for any shape', () => {
  for (const shape of [[0, 3], [1, 1, 1, 1], [123456, 7, 7, 2048]]) expect(numpyFile(new Float32Array(), shape).length % 64).toBe(0)
})
