// Start of an augmenting thread. Plain JavaScript: a thread does not inherit the loader that reads TypeScript.
import { register } from 'tsx/esm/api'

register()
await import('./augmentation-thread.ts')
