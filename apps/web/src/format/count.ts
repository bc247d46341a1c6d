const grouped = new Intl.NumberFormat('en')

/** 14714688 as `14,714,688`. */
export function countText(count: number): string {
  return grouped.format(count)
}

/** `1 image`, `3 images`, `2 classes`. */
export function quantityText(count: number, singular: string, plural = `${singular}s`): string {
  return `${countText(count)} ${count === 1 ? singular : plural}`
}

/** 14714688 as `14.7 M`. */
export function shortCountText(count: number): string {
  if (count >= 999_500_000) return `${(count / 1e9).toFixed(1)} G`
  if (count >= 999_500) return `${(count / 1e6).toFixed(1)} M`
  if (count >= 1000) return `${(count / 1e3).toFixed(1)} k`
  return String(count)
}
