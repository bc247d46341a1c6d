import { GraftError } from '@graft/contracts/errors'
import type { Unfreeze } from '@graft/contracts/recipe'
import type { Layer, Network } from '../network/description.ts'
import { weightSpecifications } from '../network/weight-specifications.ts'
import { isSingleTensorPoint } from './cut.ts'

/** Where a trunk's frozen part ends. */
export interface FreezeBoundary {
  /** Index of the lowest unfrozen layer, as in Keras's `model.layers`. */
  readonly index: number
  /** Its name. */
  readonly layer: string
  /** Names of the unfrozen layers, in the network's order. */
  readonly unfrozen: ReadonlySet<string>
}

/**
 * The layers of a trunk that a phase trains: in Keras's words `for layer in model.layers[:index]: layer.trainable = False`. A block
 * is known by a layer of its name, which ends it (`mixed7`, `conv_pw_13`), or by the names that begin with it (`block5`,
 * `conv5_block1`). Throws `invalid_input` for an index outside the trunk or a boundary above all weights, `not_found` for an unknown name.
 *
 * @param field of the recipe, for errors.
 */
export function freezeBoundary(trunk: Network, unfreeze: Unfreeze, field = 'unfreeze'): FreezeBoundary {
  const index = lowestIndex(trunk, unfreeze, field)
  const unfrozen = trunk.layers.slice(index)
  const weighted = weightSpecifications(trunk)
  if (!unfrozen.some(({ name }) => weighted.has(name))) {
    throw new GraftError('invalid_input', `From ${unfrozen[0]!.name} up ${trunk.name} has no weights to train.`, {
      hint: `The last layer with weights is ${[...weighted.keys()].at(-1)}.`,
      field,
    })
  }
  return { index, layer: unfrozen[0]!.name, unfrozen: new Set(unfrozen.map(({ name }) => name)) }
}

function lowestIndex(trunk: Network, unfreeze: Unfreeze, field: string): number {
  if (unfreeze === 'all') return 0
  if ('index' in unfreeze) {
    if (unfreeze.index < trunk.layers.length) return unfreeze.index
    throw new GraftError('invalid_input', `${trunk.name} has ${trunk.layers.length} layers, so there is none with the index ${unfreeze.index}.`, { hint: `Choose an index from 0 to ${trunk.layers.length - 1}.`, field: `${field}.index` })
  }
  if ('layer' in unfreeze) {
    const index = trunk.layers.findIndex(({ name }) => name === unfreeze.layer)
    if (index === -1) throw unknown(trunk, 'layer', unfreeze.layer, trunk.layers.map(({ name }) => name), field)
    return index
  }
  return blockStart(trunk, unfreeze.block) ?? refuseBlock(trunk, unfreeze.block, field)
}

function blockStart({ layers }: Network, block: string): number | null {
  const last = layers.findIndex(({ name }) => name === block)
  if (last > 0) {
    let point = last - 1
    while (point > 0 && !isSingleTensorPoint(layers, point)) point -= 1
    return point + 1
  }
  const first = layers.findIndex(({ name }) => name.startsWith(`${block}_`))
  return first === -1 ? null : first
}

function refuseBlock(trunk: Network, block: string, field: string): never {
  throw unknown(trunk, 'block', block, blockNames(trunk.layers), field)
}

/** Names that `freezeBoundary` takes for a block, as people say them: the beginnings that several layers share, and concatenations. */
export function blockNames(layers: readonly Layer[]): string[] {
  const beginnings = layers.flatMap(({ name, nameFixed }) => (nameFixed === false ? [] : (/^([a-z]+_?\d+_block\d+|block_?\d+)_/.exec(name)?.[1] ?? [])))
  const joints = layers.filter(({ kind, nameFixed }) => kind === 'concatenate' && nameFixed !== false).map(({ name }) => name)
  return [...new Set([...beginnings, ...joints])]
}

function unknown(trunk: Network, what: string, given: string, known: readonly string[], field: string): GraftError {
  const stem = given.toLowerCase().replace(/[^a-z0-9]/g, '')
  const near = known.filter((name) => {
    const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
    return stem !== '' && (plain.includes(stem) || stem.includes(plain))
  })
  const shown = near.length > 0 ? `Did you mean ${near.slice(0, 5).join(', ')}?` : known.length > 0 ? `Its ${what}s end with ${known.slice(-5).join(', ')}.` : `It has no named ${what}s: name a layer or an index.`
  return new GraftError('not_found', `${trunk.name} has no ${what} ${JSON.stringify(given)}.`, { hint: shown, field: `${field}.${what}` })
}
