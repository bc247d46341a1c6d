import { createHash } from 'node:crypto'
import { canonicalJson, type Recipe } from '@graft/contracts/recipe'

/** SHA-256 over the recipe's canonical JSON without its name: what trains alike has one hash, whatever it is called. */
export const recipeHash = ({ name: _name, ...how }: Recipe): string => createHash('sha256').update(canonicalJson(how)).digest('hex')
