import { expect, test } from 'vitest'
import { byteSizeSchema } from './byte-size.ts'
import { parseLabels } from './parse-labels.ts'

test('labels are names and values; what is none is said', () => {
  expect(parseLabels(['room=basement', 'team=a=b'])).toEqual({ room: 'basement', team: 'a=b' })
  for (const text of ['room', '=x', 'room=', 'a b=c']) expect(() => parseLabels([text])).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'label' }))
})

test('sizes in decimal and binary units', () => {
  expect(['20GB', '500 mb', '1.5GiB', '1024'].map((text) => byteSizeSchema.parse(text))).toEqual([20e9, 500e6, 1.5 * 2 ** 30, 1024])
  for (const text of ['', 'GB', '0GB', '-1GB', '5 parsecs']) expect(byteSizeSchema.safeParse(text).success).toBe(false)
})
