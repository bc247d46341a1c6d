import { GraftError } from '@graft/contracts/errors'
import { canonicalJson } from '@graft/contracts/recipe'
import type { Configuration, JsonValue, SearchSpace } from '@graft/contracts/search-space'
import type { Random } from '@graft/statistics/random'
import { parseConstraint, type Constraint } from './constraint.ts'
import { dimensionOf, type Dimension } from './dimension.ts'

/** Place of each parameter, in the space's order: on the unit interval for a number, an index for a choice, NaN where it is absent. */
export type Point = Float64Array

/** Draws that may break constraints before a space counts as one that nothing fits. */
const mostDraws = 10_000
const mostBroken = 1_000_000

/**
 * A search space ready for use: parameters in an order in which each comes after the one that it hangs on.
 *
 * @throws GraftError `invalid_input` naming the parameter or constraint at fault.
 */
export function compileSpace(space: SearchSpace): CompiledSpace {
  return new CompiledSpace(space)
}

export class CompiledSpace {
  /** Parents before children. */
  readonly names: readonly string[]
  readonly dimensions: readonly Dimension[]
  /** Index of the parameter that each hangs on, -1 for none. */
  readonly parents: readonly number[]
  readonly #allowed: readonly (ReadonlySet<string> | null)[]
  readonly #constraints: readonly Constraint[]

  constructor(space: SearchSpace) {
    this.names = parentsFirst(space)
    if (this.names.length === 0) throw new GraftError('invalid_input', 'The search space has no parameters.', { hint: 'Name at least one: phases.0.optimizer.learningRate.', field: 'space.parameters' })
    this.dimensions = this.names.map((name) => dimensionOf(name, space.parameters[name]!))
    const conditions = this.names.map((name) => space.parameters[name]!.when)
    this.parents = conditions.map((when) => (when === undefined ? -1 : this.names.indexOf(when.parameter)))
    this.#allowed = conditions.map((when) => (when === undefined ? null : new Set(when.in.map(canonicalJson))))
    this.#constraints = (space.constraints ?? []).map((text, index) => parseConstraint(text, this.names, `space.constraints.${index}`))
  }

  /** Whether a parameter exists beside the values of those before it. */
  isActive(index: number, configuration: Configuration): boolean {
    const allowed = this.#allowed[index]
    if (allowed === null || allowed === undefined) return true
    const parent = this.names[this.parents[index]!]!
    return Object.hasOwn(configuration, parent) && allowed.has(canonicalJson(configuration[parent]))
  }

  /** As `isActive`, by the places of the parameters before it. */
  isActiveAt(index: number, point: Point): boolean {
    const allowed = this.#allowed[index]
    if (allowed === null || allowed === undefined) return true
    const parent = this.parents[index]!
    const place = point[parent]!
    if (Number.isNaN(place)) return false
    const dimension = this.dimensions[parent]!
    return allowed.has(canonicalJson(dimension.kind === 'number' ? dimension.fromUnit(place) : dimension.values[place]))
  }

  /** The same place with NaN for the parameters that its choices leave out. */
  mask(full: ArrayLike<number>): Point {
    const point = new Float64Array(this.names.length).fill(Number.NaN)
    for (let index = 0; index < point.length; index += 1) if (this.isActiveAt(index, point)) point[index] = full[index]!
    return point
  }

  meetsConstraints(configuration: Configuration): boolean {
    return this.#constraints.every((constraint) => constraint.isMet(configuration))
  }

  /** The configuration at a place in the space. What a place says of absent parameters is ignored; NaN means the middle of a number, the first value of a choice. */
  decode(point: ArrayLike<number>): Configuration {
    const configuration: Record<string, JsonValue> = {}
    this.names.forEach((name, index) => {
      if (!this.isActive(index, configuration)) return
      const dimension = this.dimensions[index]!
      const place = point[index]!
      if (dimension.kind === 'number') configuration[name] = dimension.fromUnit(Number.isNaN(place) ? 0.5 : place)
      else configuration[name] = dimension.values[Number.isNaN(place) ? 0 : place]!
    })
    return configuration
  }

  /** The place of a configuration; null where it has a value that the space does not, or lacks a parameter, as after an edit of the space. */
  encode(configuration: Configuration): Point | null {
    const point = new Float64Array(this.names.length).fill(Number.NaN)
    for (const [index, name] of this.names.entries()) {
      if (!this.isActive(index, configuration)) continue
      if (!Object.hasOwn(configuration, name)) return null
      const dimension = this.dimensions[index]!
      const place = dimension.kind === 'number' ? dimension.toUnit(configuration[name]!) : dimension.toIndex(configuration[name]!)
      if (place === null) return null
      point[index] = place
    }
    return point
  }

  /** As `encode`, but what does not fit is NaN. */
  encodeWhatFits(configuration: Configuration): Point {
    return Float64Array.from(this.names, (name, index) => {
      const dimension = this.dimensions[index]!
      if (!Object.hasOwn(configuration, name)) return Number.NaN
      return (dimension.kind === 'number' ? dimension.toUnit(configuration[name]!) : dimension.toIndex(configuration[name]!)) ?? Number.NaN
    })
  }

  /** The place at coordinates of the unit cube, one a parameter: choices by their probabilities. */
  fromCube(cube: ArrayLike<number>): Point {
    return Float64Array.from(this.dimensions, (dimension, index) => (dimension.kind === 'number' ? cube[index]! : indexAt(dimension.probabilities, cube[index]!)))
  }

  /**
   * A configuration from the prior that meets the constraints.
   *
   * @throws GraftError `invalid_input` where 10,000 draws met none.
   */
  sample(random: Random): Configuration {
    const cube = new Float64Array(this.names.length)
    for (let draw = 0; draw < mostDraws; draw += 1) {
      for (let index = 0; index < cube.length; index += 1) cube[index] = random.next()
      const configuration = this.decode(this.fromCube(cube))
      if (this.meetsConstraints(configuration)) return configuration
    }
    throw this.nothingFits()
  }

  nothingFits(): GraftError {
    return new GraftError('invalid_input', `No configuration that meets the constraints was found.`, { hint: `Loosen them: ${this.#constraints.map((constraint) => constraint.text).join('; ')}`, field: 'space.constraints' })
  }

  /** How many configurations there are, conditions kept, constraints not looked at; Infinity with a continuous parameter. */
  unconstrainedCount(): number {
    const children = this.names.map((_, index) => this.names.flatMap((_name, child) => (this.parents[child] === index ? [child] : [])))
    const countOf = (index: number): number => {
      const dimension = this.dimensions[index]!
      if (!Number.isFinite(dimension.levels)) return Number.POSITIVE_INFINITY
      if (children[index]!.length === 0) return dimension.levels
      let count = 0
      for (let level = 0; level < dimension.levels; level += 1) {
        const value = canonicalJson(dimension.levelValue(level))
        count += children[index]!.reduce((product, child) => product * (this.#allowed[child]!.has(value) ? countOf(child) : 1), 1)
      }
      return count
    }
    return this.parents.reduce((product, parent, index) => (parent === -1 ? product * countOf(index) : product), 1)
  }

  /**
   * Every configuration that meets the constraints, the last parameter running fastest. Endless work for a continuous space: ask `continuousParameter` before.
   *
   * @throws GraftError `invalid_input` after a million in a row that break a constraint.
   */
  *configurations(): Generator<Configuration> {
    let broken = 0
    for (const configuration of this.#from(0, {})) {
      if (this.meetsConstraints(configuration)) {
        broken = 0
        yield configuration
      } else if ((broken += 1) >= mostBroken) throw this.nothingFits()
    }
  }

  *#from(index: number, configuration: Readonly<Record<string, JsonValue>>): Generator<Configuration> {
    if (index === this.names.length) {
      yield configuration
      return
    }
    if (!this.isActive(index, configuration)) {
      yield* this.#from(index + 1, configuration)
      return
    }
    const dimension = this.dimensions[index]!
    for (let level = 0; level < dimension.levels; level += 1) {
      yield* this.#from(index + 1, { ...configuration, [this.names[index]!]: dimension.levelValue(level) })
    }
  }

  /** A parameter of which no grid can be made; null where there is none. */
  continuousParameter(): string | null {
    const index = this.dimensions.findIndex((dimension) => !Number.isFinite(dimension.levels))
    return index === -1 ? null : this.names[index]!
  }
}

/** Index whose share of the unit interval holds a coordinate. */
export function indexAt(probabilities: ArrayLike<number>, coordinate: number): number {
  let sum = 0
  let last = 0
  for (let index = 0; index < probabilities.length; index += 1) {
    if (!(probabilities[index]! > 0)) continue
    last = index
    sum += probabilities[index]!
    if (coordinate < sum) return index
  }
  return last
}

function parentsFirst({ parameters }: SearchSpace): string[] {
  const ordered = new Set<string>()
  const add = (name: string): void => {
    const parent = parameters[name]!.when?.parameter
    if (parent !== undefined && !ordered.has(parent)) add(parent)
    ordered.add(name)
  }
  Object.keys(parameters).forEach(add)
  return [...ordered]
}
