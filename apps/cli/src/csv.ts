/**
 * Rows as CSV (RFC 4180, CRLF). A text that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab or return in
 * front) gets an apostrophe before it; numbers are written as they are.
 */
export function writeCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
