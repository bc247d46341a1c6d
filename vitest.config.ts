import { defineConfig } from 'vitest/config'

const patience = { testTimeout: 60_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'packages', include: ['packages/*/src/**/*.test.ts'], ...patience } },
      { extends: true, test: { name: 'apps', include: ['apps/*/src/**/*.test.{ts,tsx}'], testTimeout: 120_000, hookTimeout: 120_000 } },
      // TensorFlow, where it is installed (`graft backends install tensorflow`).
      { extends: true, test: { name: 'backends', include: ['backends/*/src/**/*.test.ts'], ...patience } },
      { extends: true, test: { name: 'deploy', include: ['deploy/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 120_000 } },
      // Each file starts a whole Graft: one after the other.
      { extends: true, test: { name: 'e2e', include: ['e2e/*.test.ts', 'e2e/faults/{crowd,matrix,soak}.test.ts'], testTimeout: 240_000, hookTimeout: 240_000, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
    reporters: ['default', './scripts/closing-line.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
})
