/**
 * Header of a NumPy file (format 1.0, NEP 1) for a little-endian float32 array in C order; the values follow it.
 */
function numpyHeader(shape: readonly number[]): Buffer {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dimensions}), }`
  const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1')
  // The data begin at a multiple of 64 bytes; the header ends in a line feed.
  const length = Math.ceil((magic.length + 2 + description.length + 1) / 64) * 64 - magic.length - 2
  const size = Buffer.alloc(2)
  size.writeUInt16LE(length)
  return Buffer.concat([magic, size, Buffer.from(`${description.padEnd(length - 1)}\n`, 'latin1')])
}

/** A whole NumPy file. */
export function numpyFile(values: Float32Array, shape: readonly number[]): Buffer {
  return Buffer.concat([numpyHeader(shape), Buffer.from(values.buffer, values.byteOffset, values.byteLength)])
}
