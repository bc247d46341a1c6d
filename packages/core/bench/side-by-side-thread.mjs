// Start of a thread that trains heads. Plain JavaScript: a thread does not inherit the loader that reads TypeScript.
import { register } from 'tsx/esm/api'

register()
await import('./side-by-side-thread.ts')
