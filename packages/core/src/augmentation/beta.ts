import type { Random } from '@graft/statistics/random'

/** A draw from Gamma(shape, 1): Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.next()) ** (1 / shape)
  const d = shape - 1 / 3
  for (;;) {
    const normal = random.normal()
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * normal * normal + d - d * v + d * Math.log(v)) return d * v
  }
}

/** A draw from Beta(alpha, alpha), in [0, 1]. */
export function symmetricBeta(alpha: number, random: Random): number {
  const [one, other] = [gamma(alpha, random), gamma(alpha, random)]
  // With a very small alpha both may underflow; the distribution then sits on its two ends.
  return one + other === 0 ? Math.round(random.next()) : one / (one + other)
}
