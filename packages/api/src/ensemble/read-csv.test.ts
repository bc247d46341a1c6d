import { expect, test } from 'vitest'
import { readCsv } from './read-csv.ts'

test.each<[string, string[][]]>([
  ['a,b\r\n1,2\r\n', [['a', 'b'], ['1', '2']]],
  ['a\n"x, ""y""\r\nz",2', [['a'], ['x, "y"\r\nz', '2']]],
  ['"",\r\n,\r\n', [['', ''], ['', '']]],
  ['"""",1', [['"', '1']]],
  ['', []],
])('%j', (text, rows) => expect([...readCsv(text)]).toEqual(rows))
