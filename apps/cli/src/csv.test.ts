import { expect, test } from 'vitest'
import { writeCsv } from './csv.ts'

test('quotes what needs it and disarms formulas, but leaves numbers alone', () => {
  expect(writeCsv([['=cmd|\' /C calc\'!A0', '+1', '-1', '@x', '\tx', 'a,b', 'say "hi"', 'two\nlines', '<script>', -0.5, 3, null]])).toBe(
    "'=cmd|' /C calc'!A0,'+1,'-1,'@x,'\tx,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",<script>,-0.5,3,\r\n",
  )
})
