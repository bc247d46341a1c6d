/**
 * Lower triangle L of a symmetric positive definite matrix, A = L Lᵀ, row by row in one array of size x size; entries above the
 * diagonal are 0. Only the lower triangle is read. Null where the matrix is not positive definite.
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array | null {
  const lower = new Float64Array(size * size)
  for (let row = 0; row < size; row += 1) {
    const at = row * size
    for (let column = 0; column <= row; column += 1) {
      const other = column * size
      let sum = matrix[at + column]!
      for (let k = 0; k < column; k += 1) sum -= lower[at + k]! * lower[other + k]!
      if (row !== column) lower[at + column] = sum / lower[other + column]!
      else if (sum > 0) lower[at + row] = Math.sqrt(sum)
      else return null
    }
  }
  return lower
}

/** x of L x = b; b is left as it is. */
export function solveLower(lower: Float64Array, size: number, right: ArrayLike<number>): Float64Array {
  const solution = new Float64Array(size)
  for (let row = 0; row < size; row += 1) {
    const at = row * size
    let sum = right[row]!
    for (let k = 0; k < row; k += 1) sum -= lower[at + k]! * solution[k]!
    solution[row] = sum / lower[at + row]!
  }
  return solution
}

/** x of Lᵀ x = b. */
export function solveUpper(lower: Float64Array, size: number, right: ArrayLike<number>): Float64Array {
  const solution = Float64Array.from({ length: size }, (_, index) => right[index]!)
  for (let row = size - 1; row >= 0; row -= 1) {
    const at = row * size
    const value = solution[row]! / lower[at + row]!
    solution[row] = value
    for (let k = 0; k < row; k += 1) solution[k]! -= lower[at + k]! * value
  }
  return solution
}

/** Inverse of L Lᵀ, the whole symmetric matrix. */
export function inverseFromCholesky(lower: Float64Array, size: number): Float64Array {
  // Rows of L⁻ᵀ: column by column of L⁻¹, which is lower triangular too.
  const inverted = new Float64Array(size * size)
  for (let column = 0; column < size; column += 1) {
    const at = column * size
    inverted[at + column] = 1 / lower[at + column]!
    for (let row = column + 1; row < size; row += 1) {
      let sum = 0
      for (let k = column; k < row; k += 1) sum -= lower[row * size + k]! * inverted[at + k]!
      inverted[at + row] = sum / lower[row * size + row]!
    }
  }
  const inverse = new Float64Array(size * size)
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = 0
      for (let k = row; k < size; k += 1) sum += inverted[row * size + k]! * inverted[column * size + k]!
      inverse[row * size + column] = sum
      inverse[column * size + row] = sum
    }
  }
  return inverse
}
