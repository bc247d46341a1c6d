import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { faultMatrix } from './matrix.ts'

/** `npm run faults`: minutes of waiting for leases and restarts, so not a part of `npm test`. One file after the other: each has a whole server of its own. */
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    include: [...new Set(faultMatrix.map(({ file }) => file)), 'e2e/faults/matrix.test.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    pool: 'forks',
    maxWorkers: 1,
    reporters: ['default', './scripts/fault-reporter.ts', './scripts/closing-line.ts'],
  },
})
