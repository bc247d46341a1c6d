/** Three significant digits, short: 0.00123 as `0.00123`, 0.0000123 as `1.23e-5`, 65536 as `65,536`. */
export function numberText(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 1e-4 || size >= 1e7) return value.toExponential(2).replace(/\.?0*e\+?/, 'e')
  return size >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
