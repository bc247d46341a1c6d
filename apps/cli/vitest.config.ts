import { defineConfig } from 'vitest/config'

// Worker processes, databases and training: slower than a unit.
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 120_000 } })
