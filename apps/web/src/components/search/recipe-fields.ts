import { recipeSchema, type Recipe } from '@graft/contracts/recipe'
import type { JsonValue } from '@graft/contracts/search-space'
import { z } from 'zod'

/** A field of a recipe that a search may change, or a group of them. */
export interface RecipeField {
  /** `phases.0.optimizer.learningRate`. */
  path: string
  /** Its last part, for people. */
  label: string
  kind: 'number' | 'integer' | 'choice' | 'whole'
  minimum?: number
  maximum?: number
  /** Of a choice. */
  choices?: JsonValue[]
  /** What the recipe has there, or the schema's default; undefined: absent. */
  current?: JsonValue
  /** Only where the group is of one of these kinds: momentum, of an optimizer SGD or RMSprop. */
  of?: string[]
  children: RecipeField[]
}

/** What is read of a JSON schema. */
interface Schema {
  type?: string
  const?: JsonValue
  enum?: JsonValue[]
  default?: JsonValue
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  maxItems?: number
  properties?: Record<string, Schema>
  items?: Schema
  oneOf?: Schema[]
  anyOf?: Schema[]
}

let schema: Schema | undefined
const recipeJsonSchema = (): Schema => (schema ??= z.toJSONSchema(recipeSchema, { io: 'input', unrepresentable: 'any' }) as Schema)

const words = (key: string) => (/^\d+$/.test(key) ? String(Number(key) + 1) : key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
const isObject = (value: unknown): value is Record<string, JsonValue> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The tree of everything in a recipe that can be searched: what the recipe holds now, and what it could hold in its place. */
export function recipeFields(recipe: Recipe): RecipeField[] {
  return objectFields(recipeJsonSchema(), recipe as unknown as JsonValue, '').filter(({ path, children }) => path !== 'name' && (path !== 'network' || children.length > 0))
}

/** All of them, flat. */
export const flatFields = (fields: readonly RecipeField[]): RecipeField[] => fields.flatMap((field) => [field, ...flatFields(field.children)])

function objectFields({ properties = {} }: Schema, value: JsonValue | undefined, path: string): RecipeField[] {
  return Object.entries(properties).map(([key, inner]) => fieldOf(inner, isObject(value) ? value[key] : undefined, path === '' ? key : `${path}.${key}`))
}

/** Variants are objects told apart by a word, `kind` or `name`. */
function discriminator(variants: readonly Schema[]): string | undefined {
  return ['kind', 'name'].find((key) => variants.length > 0 && variants.every(({ properties }) => wordsOf(properties?.[key]).length > 0))
}
const wordsOf = (property: Schema | undefined): JsonValue[] => (property?.const !== undefined ? [property.const] : (property?.enum ?? []))

function variantFields(variants: readonly Schema[], key: string, value: JsonValue | undefined, path: string): RecipeField[] {
  const kinds = variants.flatMap(({ properties }) => wordsOf(properties![key]))
  const current = isObject(value) ? value[key] : undefined
  const choice: RecipeField = { path: `${path}.${key}`, label: key, kind: 'choice', choices: kinds, children: [], ...(current === undefined ? {} : { current }) }
  const byKey = new Map<string, { schema: Schema; of: string[] }>()
  for (const { properties = {} } of variants) {
    for (const [name, inner] of Object.entries(properties)) {
      if (name === key) continue
      const known = byKey.get(name) ?? { schema: inner, of: [] }
      known.of.push(...wordsOf(properties[key]).map(String))
      byKey.set(name, known)
    }
  }
  const rest = [...byKey].map(([name, { schema: inner, of }]): RecipeField => ({ ...fieldOf(inner, isObject(value) ? value[name] : undefined, `${path}.${name}`), ...(of.length < kinds.length ? { of } : {}) }))
  return kinds.length < 2 ? rest : [choice, ...rest]
}

function arrayFields({ items = {}, maxItems = Infinity }: Schema, value: JsonValue | undefined, path: string): RecipeField[] {
  const entries = Array.isArray(value) ? value : []
  const fields = entries.map((entry, index) => fieldOf(items, entry, `${path}.${index}`))
  // One more than there are: a second dense layer, where there is one.
  const isDense = path === 'head.dense' && entries.length < maxItems
  return isDense ? [...fields, fieldOf(items, undefined, `${path}.${entries.length}`)] : fields
}

function fieldOf(inner: Schema, value: JsonValue | undefined, path: string): RecipeField {
  const current = value ?? inner.default
  const base = { path, label: words(path.split('.').at(-1)!), children: [], ...(current === undefined ? {} : { current }) }
  const variants = inner.oneOf ?? inner.anyOf
  if (variants !== undefined) {
    const key = discriminator(variants)
    return { ...base, kind: 'whole', children: key === undefined ? [] : phaseVariant(variants, key, current, path) }
  }
  if (inner.type === 'integer' || inner.type === 'number') {
    const minimum = inner.minimum ?? inner.exclusiveMinimum
    const maximum = inner.maximum ?? inner.exclusiveMaximum
    return { ...base, kind: inner.type, ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? {} : { maximum }) }
  }
  if (inner.enum !== undefined) return { ...base, kind: 'choice', choices: inner.enum }
  if (inner.type === 'boolean') return { ...base, kind: 'choice', choices: inner.const === undefined ? [false, true] : [null, inner.const] }
  if (inner.type === 'array') return { ...base, kind: 'whole', children: arrayFields(inner, current, path) }
  if (inner.properties !== undefined) return { ...base, kind: 'whole', children: objectFields(inner, current, path) }
  return { ...base, kind: 'whole' }
}

/** A phase stays what it is: a search over `kind` would leave the other phases without sense. */
function phaseVariant(variants: readonly Schema[], key: string, value: JsonValue | undefined, path: string): RecipeField[] {
  if (!/^phases\.\d+$/.test(path)) return variantFields(variants, key, value, path)
  const own = variants.filter(({ properties }) => isObject(value) && wordsOf(properties![key]).includes(value[key]!))
  return own.flatMap((variant) => objectFields(variant, value, path)).filter(({ label }) => label !== key)
}
