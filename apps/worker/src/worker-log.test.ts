import { expect, test } from 'vitest'
import { errorLine, logFormatSchema, logLine } from './worker-log.ts'

const at = new Date('2026-01-02T03:04:05.678Z')

test('a line for people, and an object for whoever collects logs', () => {
  expect(logLine('plain', 'box', 'Trial 1: started.', 'info', at)).toBe('2026-01-02T03:04:05.678Z Trial 1: started.')
  const line = logLine('json', 'box', 'two\nlines and a "quote"', 'info', at)
  expect(line).not.toContain('\n')
  expect(JSON.parse(line)).toEqual({ time: at.toISOString(), level: 'info', worker: 'box', message: 'two\nlines and a "quote"' })
  expect(errorLine('plain', 'box', { message: 'No.', hint: 'Ask.' })).toBe('error: No.\nhint: Ask.')
  expect(JSON.parse(errorLine('json', 'box', { message: 'No.', hint: 'Ask.' }))).toMatchObject({ level: 'error', worker: 'box', message: 'No. Ask.' })
  expect(() => logFormatSchema.parse('xml')).toThrow('plain or json')
})
