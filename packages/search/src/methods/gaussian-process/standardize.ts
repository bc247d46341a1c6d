/** Mean 0 and standard deviation 1; a value that is no number (a diverged trial) counts as the worst that there is. All equal: zeros. */
export function standardize(losses: readonly number[]): Float64Array {
  const worst = Math.max(...losses.filter(Number.isFinite))
  const values = Float64Array.from(losses, (loss) => (Number.isFinite(loss) ? loss : worst))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  return deviation > 0 ? values.map((value) => (value - mean) / deviation) : values.fill(0)
}
