/** 8-bit pixels, row by row, three channels (RGB) interleaved: `data.length === height * width * 3`. */
export interface RgbImage {
  data: Uint8Array
  width: number
  height: number
}

/** Bits after the point in Pillow's fixed-point filter weights (32 minus 8 for the pixel minus 2 of headroom). */
const precisionBits = 22
const half = 1 << (precisionBits - 1)

interface FilterTable {
  /** First source position of each output position. */
  starts: Int32Array
  /** How many source positions each output position reads. */
  lengths: Int32Array
  /** Fixed-point weights, `width` a row. */
  weights: Int32Array
  width: number
}

/**
 * Triangle-filter weights along one axis, as Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc` make them: the filter is
 * widened by the scale when shrinking (antialiasing), cut off at the border and normalised.
 */
function triangleFilter(inputLength: number, outputLength: number): FilterTable {
  const scale = inputLength / outputLength
  const support = Math.max(scale, 1)
  const width = Math.ceil(support) * 2 + 1
  const starts = new Int32Array(outputLength)
  const lengths = new Int32Array(outputLength)
  const weights = new Int32Array(outputLength * width)
  const raw = new Float64Array(width)
  for (let output = 0; output < outputLength; output++) {
    const centre = (output + 0.5) * scale
    const start = Math.max(0, Math.trunc(centre - support + 0.5))
    const length = Math.min(inputLength, Math.trunc(centre + support + 0.5)) - start
    let sum = 0
    for (let index = 0; index < length; index++) {
      const distance = Math.abs((index + start - centre + 0.5) * (1 / support))
      const weight = distance < 1 ? 1 - distance : 0
      raw[index] = weight
      sum += weight
    }
    for (let index = 0; index < length; index++) {
      weights[output * width + index] = Math.trunc(0.5 + (raw[index]! / sum) * (1 << precisionBits))
    }
    starts[output] = start
    lengths[output] = length
  }
  return { starts, lengths, weights, width }
}

const filterTables = new Map<string, FilterTable>()

/** Tables by their two lengths: photos of one camera share them. A few hundred small tables at most are kept. */
function cachedFilter(inputLength: number, outputLength: number): FilterTable {
  const key = `${inputLength}>${outputLength}`
  let table = filterTables.get(key)
  if (table === undefined) {
    if (filterTables.size >= 256) filterTables.clear()
    table = triangleFilter(inputLength, outputLength)
    filterTables.set(key, table)
  }
  return table
}

function resizeRows(image: RgbImage, width: number): RgbImage {
  const { starts, lengths, weights, width: stride } = cachedFilter(image.width, width)
  const source = image.data
  const data = new Uint8Array(image.height * width * 3)
  let target = 0
  for (let row = 0; row < image.height; row++) {
    const rowStart = row * image.width * 3
    for (let column = 0; column < width; column++) {
      let red = half
      let green = half
      let blue = half
      let position = rowStart + starts[column]! * 3
      const first = column * stride
      const end = first + lengths[column]!
      // Pixel times weight stays below 2^30 and the weights sum to 2^22: exact in 32-bit integers, as in Pillow.
      for (let index = first; index < end; index++) {
        const weight = weights[index]!
        red = (red + Math.imul(source[position]!, weight)) | 0
        green = (green + Math.imul(source[position + 1]!, weight)) | 0
        blue = (blue + Math.imul(source[position + 2]!, weight)) | 0
        position += 3
      }
      data[target++] = Math.min(255, red >> precisionBits)
      data[target++] = Math.min(255, green >> precisionBits)
      data[target++] = Math.min(255, blue >> precisionBits)
    }
  }
  return { data, width, height: image.height }
}

function resizeColumns(image: RgbImage, height: number): RgbImage {
  const { starts, lengths, weights, width: stride } = cachedFilter(image.height, height)
  const source = image.data
  const rowLength = image.width * 3
  const data = new Uint8Array(height * rowLength)
  const sums = new Int32Array(rowLength)
  for (let row = 0; row < height; row++) {
    sums.fill(half)
    const first = row * stride
    for (let index = 0; index < lengths[row]!; index++) {
      const weight = weights[first + index]!
      const position = (starts[row]! + index) * rowLength
      for (let value = 0; value < rowLength; value++) sums[value] = sums[value]! + Math.imul(source[position + value]!, weight)
    }
    const target = row * rowLength
    for (let value = 0; value < rowLength; value++) data[target + value] = Math.min(255, sums[value]! >> precisionBits)
  }
  return { data, width: image.width, height }
}

/**
 * Stretches an image to `height` x `width` with Pillow's antialiased bilinear filter (what Keras's `load_img` calls): rows
 * first, rounded to 8 bits, then columns, bit for bit what Pillow up to 12 gives. Pillow 13 takes columns first where that is
 * less work (upright photos), which moves one value in ten by one.
 */
export function resizeBilinear(image: RgbImage, height: number, width: number): RgbImage {
  const narrowed = image.width === width ? image : resizeRows(image, width)
  return narrowed.height === height ? narrowed : resizeColumns(narrowed, height)
}

/** Source positions of Pillow's nearest filter. It steps by adding the scale, so this does too: the last bit of the sum decides ties. */
function nearestPositions(inputLength: number, outputLength: number): Int32Array {
  const scale = inputLength / outputLength
  const positions = new Int32Array(outputLength)
  let centre = scale * 0.5
  for (let index = 0; index < outputLength; index++) {
    positions[index] = Math.min(inputLength - 1, Math.trunc(centre))
    centre += scale
  }
  return positions
}

/** Stretches an image to `height` x `width`, each pixel that of the nearest source pixel, as Pillow and Keras 1's `load_img` do. */
export function resizeNearest(image: RgbImage, height: number, width: number): RgbImage {
  const columns = nearestPositions(image.width, width)
  const rows = nearestPositions(image.height, height)
  const data = new Uint8Array(height * width * 3)
  let target = 0
  for (let row = 0; row < height; row++) {
    const rowStart = rows[row]! * image.width
    for (let column = 0; column < width; column++) {
      const position = (rowStart + columns[column]!) * 3
      data[target++] = image.data[position]!
      data[target++] = image.data[position + 1]!
      data[target++] = image.data[position + 2]!
    }
  }
  return { data, width, height }
}
