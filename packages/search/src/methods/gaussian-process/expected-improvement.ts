import { normalDensity, normalProbability } from '@graft/statistics/normal-distribution'

/**
 * Natural logarithm of the expected improvement below `best`, and its slopes by mean and deviation. In logarithms it has a slope where the improvement
 * itself would be 0 to the last bit (Ament et al., "Unexpected Improvements to Expected Improvement", 2023).
 */
export function logExpectedImprovement(mean: number, deviation: number, best: number): { value: number; meanSlope: number; deviationSlope: number } {
  const z = (best - mean) / deviation
  const { logarithm, slope } = logImprovement(z)
  return { value: logarithm + Math.log(deviation), meanSlope: -slope / deviation, deviationSlope: (1 - slope * z) / deviation }
}

/** log(p(z) + z P(z)) of the standard normal density p and probability P, and its slope. */
function logImprovement(z: number): { logarithm: number; slope: number } {
  if (z > -2) {
    const [density, probability] = [normalDensity(z), normalProbability(z)]
    const improvement = density + z * probability
    return { logarithm: Math.log(improvement), slope: probability / improvement }
  }
  // P(z) / p(z), Mills' ratio, by its continued fraction; 1 + z ratio is about 1 / z² and loses its digits from |z| of 10⁴ on.
  const t = -z
  let fraction = 0
  for (let n = 80; n > 0; n -= 1) fraction = n / (t + fraction)
  const ratio = 1 / (t + fraction)
  const rest = t < 1e4 ? 1 - t * ratio : 1 / (t * t)
  return { logarithm: -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) + Math.log(rest), slope: ratio / rest }
}
