#!/usr/bin/env node
// The command runs from TypeScript source: tsx is registered here, so that a clone needs no build step for it.
import { register } from 'tsx/esm/api'

register()
await import('../src/main.ts')
