/**
 * How far an accuracy lies from guessing (0) to perfect (1): what the colour of a cell shows, so that a dataset of ten classes
 * and one of three compare fairly. Guessing is 1/classes.
 */
export function scaleStrength(accuracy: number, classes: number): number {
  const chance = classes > 0 ? 1 / classes : 0
  if (chance >= 1) return 0
  return Math.min(1, Math.max(0, (accuracy - chance) / (1 - chance)))
}

/** Most of the scale's colour a cell takes: text in ink stays above 4.5:1 on it in both themes. */
const fullShare = 46

/**
 * One hue from the surface's own colour to green: told apart by lightness alone, so also by readers who see no green.
 * The upper half is stretched, where models differ.
 */
export function scaleColour(strength: number): string {
  const share = Math.round((3 + (fullShare - 3) * strength ** 1.8) * 10) / 10
  return `color-mix(in oklab, var(--color-scale) ${share}%, var(--color-surface))`
}
