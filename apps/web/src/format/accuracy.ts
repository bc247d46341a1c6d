import type { Interval } from '@graft/contracts/interval'

/** 0.9237 as `92.4`: per cent with one decimal, without the sign. */
export function percentText(fraction: number): string {
  return (fraction * 100).toFixed(1)
}

/** `86.1–96.0`, in per cent. */
export function intervalText([low, high]: Interval): string {
  return `${percentText(low)}–${percentText(high)}`
}

/** A probability for people: `97%`, `<1%`, `>99%`. */
export function probabilityText(probability: number): string {
  if (probability > 0 && probability < 0.01) return '<1%'
  if (probability < 1 && probability > 0.99) return '>99%'
  return `${Math.round(probability * 100)}%`
}
