import { recipeSchema } from '../recipe.ts'

/** The part of JSON Schema that zod writes for a recipe. */
interface Schema {
  type?: string
  properties?: Record<string, Schema>
  required?: string[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  items?: Schema
  prefixItems?: Schema[]
  const?: unknown
  enum?: unknown[]
  default?: unknown
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  minItems?: number
  maxItems?: number
  additionalProperties?: unknown
}

export interface ReferenceRow {
  /** `phases[].optimizer.momentum`. */
  path: string
  /** Values that are taken, in words. */
  values: string
  /** JSON, `needed`, or `off` where absence means that. */
  fallback: string
}

const safeInteger = Number.MAX_SAFE_INTEGER

function numberText({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const low = minimum !== undefined && minimum > -safeInteger ? `from ${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : ''
  const high = maximum !== undefined && maximum < safeInteger ? `to ${maximum}` : exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : ''
  return [type === 'integer' ? 'whole number' : 'number', low, high].filter(Boolean).join(' ')
}

function valuesText(schema: Schema): string {
  const branches = schema.anyOf ?? schema.oneOf
  if (branches !== undefined) return [...new Set(branches.map(valuesText))].join(', or ')
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(valuesText).join(', ')}]`
  if (schema.type === 'number' || schema.type === 'integer') return numberText(schema)
  if (schema.type === 'boolean') return '`true`, `false`'
  if (schema.type === 'array') return `list${schema.maxItems === undefined ? '' : ` of ${schema.minItems ?? 0} to ${schema.maxItems}`}`
  if (schema.type === 'object' && schema.properties === undefined) return 'a number above 0 for each class by its name'
  return schema.type === 'object' ? 'group' : 'text'
}

const isGroup = (schema: Schema): boolean => schema.properties !== undefined || (schema.anyOf ?? schema.oneOf ?? []).some(isGroup)

function collect(schema: Schema, path: string, isNeeded: boolean, rows: Map<string, { values: Set<string>; fallbacks: Set<string> }>): void {
  if (path !== '' && !(isGroup(schema) && schema.default === undefined && isNeeded)) {
    const row = rows.get(path) ?? { values: new Set(), fallbacks: new Set() }
    const { default: fallback } = schema
    row.values.add(valuesText(schema))
    row.fallbacks.add(fallback !== undefined ? `\`${typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback)}\`` : isNeeded ? 'needed' : 'off')
    rows.set(path, row)
  }
  for (const branch of schema.anyOf ?? schema.oneOf ?? []) if (isGroup(branch)) collect(branch, path, true, rows)
  for (const [key, inner] of Object.entries(schema.properties ?? {})) collect(inner, path === '' ? key : `${path}.${key}`, schema.required?.includes(key) ?? false, rows)
  if (schema.items !== undefined && isGroup(schema.items)) collect(schema.items, `${path}[]`, true, rows)
}

/** Every field that a recipe can hold, in the order of the schema, with what it takes and what holds without it. */
export function recipeReference(): ReferenceRow[] {
  const rows = new Map<string, { values: Set<string>; fallbacks: Set<string> }>()
  collect(recipeSchema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Schema, '', true, rows)
  return [...rows].map(([path, { values, fallbacks }]) => ({ path, values: [...values].join(', '), fallback: [...fallbacks].join(', ') }))
}
