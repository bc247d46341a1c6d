/** IEEE 754 half precision to single; exact. */
export function floatsFromHalves(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length)
  for (let index = 0; index < halves.length; index++) floats[index] = floatFromHalf(halves[index] as number)
  return floats
}

function floatFromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Single precision to half, rounded to the nearest, ties to even; beyond the range becomes infinite. */
export function halvesFromFloats(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length)
  return Uint16Array.from(bits, halfFromBits)
}

function halfFromBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 0xff) - 127
  const fraction = bits & 0x7fffff
  if (exponent === 128) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200)
  if (exponent > 15) return sign | 0x7c00
  // Below 2^-14 the half is subnormal: its fraction counts steps of 2^-24.
  const shift = exponent >= -14 ? 13 : Math.min(-1 - exponent, 25)
  const significand = exponent >= -14 ? ((exponent + 15) << 23) | fraction : 0x800000 | fraction
  const kept = shift > 24 ? 0 : significand >>> shift
  const lost = significand & ((1 << shift) - 1)
  const middle = 2 ** (shift - 1)
  const up = lost > middle || (lost === middle && (kept & 1) === 1)
  return sign | (kept + (up ? 1 : 0))
}
