import { defineConfig } from 'vitest/config'

// One after the other: each starts a whole Graft on two cores.
export default defineConfig({ test: { name: 'e2e', fileParallelism: false, testTimeout: 240_000, hookTimeout: 240_000 } })
