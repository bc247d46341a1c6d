import Table from 'cli-table3'
import { paint, printable } from './terminal.ts'

export interface Column { title: string; align?: 'left' | 'right' }

/** Rows as a table for the terminal: no frame but a rule below the titles. Cells lose control characters. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const none = ''
  const table = new Table({
    head: columns.map((column) => paint('bold', column.title)),
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: none, 'top-mid': none, 'top-left': none, 'top-right': none, bottom: none, 'bottom-mid': none, 'bottom-left': none, 'bottom-right': none,
      left: none, 'left-mid': none, mid: none, 'mid-mid': none, right: none, 'right-mid': none, middle: none,
    },
  })
  for (const row of rows) table.push(row.map(printable))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n')
}
