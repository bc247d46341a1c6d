/** Eigenvalues, and eigenvectors as columns: A = V diag(values) Vᵀ, matrices row by row. */
export interface Eigen { values: Float64Array; vectors: Float64Array }

const sweeps = 50

/** Of a symmetric matrix of size x size, by Jacobi's rotations (Golub and Van Loan, "Matrix Computations", 8.5). The matrix is left as it is. */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const a = matrix.slice()
  const vectors = new Float64Array(size * size)
  for (let index = 0; index < size; index += 1) vectors[index * size + index] = 1
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    let off = 0
    let on = 0
    for (let row = 0; row < size; row += 1) for (let column = 0; column <= row; column += 1) if (row === column) on += a[row * size + row]! ** 2
    else off += a[row * size + column]! ** 2
    if (off <= 1e-28 * on) break
    for (let p = 0; p < size; p += 1) for (let q = p + 1; q < size; q += 1) rotate(a, vectors, size, p, q)
  }
  return { values: Float64Array.from({ length: size }, (_, index) => a[index * size + index]!), vectors }
}

/** Makes the element (p, q) zero. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q]!
  if (apq === 0) return
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * apq)
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  for (let k = 0; k < size; k += 1) {
    const [akp, akq] = [a[k * size + p]!, a[k * size + q]!]
    a[k * size + p] = cosine * akp - sine * akq
    a[k * size + q] = sine * akp + cosine * akq
  }
  for (let k = 0; k < size; k += 1) {
    const [apk, aqk] = [a[p * size + k]!, a[q * size + k]!]
    a[p * size + k] = cosine * apk - sine * aqk
    a[q * size + k] = sine * apk + cosine * aqk
    const [vkp, vkq] = [vectors[k * size + p]!, vectors[k * size + q]!]
    vectors[k * size + p] = cosine * vkp - sine * vkq
    vectors[k * size + q] = sine * vkp + cosine * vkq
  }
}
