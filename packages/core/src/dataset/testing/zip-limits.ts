import type { ZipLimits } from '../zip-source.ts'

/** Limits that small test archives can reach. */
export const testZipLimits: ZipLimits = { entries: 20, totalBytes: 100_000, ratio: 200 }
