import { canonicalJson } from '@graft/contracts/recipe'
import type { Configuration } from '@graft/contracts/search-space'

/** Equal configurations have equal keys, whatever the order of their entries. */
export const configurationKey = (configuration: Configuration): string => canonicalJson(configuration)
