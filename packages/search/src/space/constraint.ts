import { GraftError } from '@graft/contracts/errors'
import type { Configuration, JsonValue } from '@graft/contracts/search-space'
import { parseExpression, type Expression } from './expression.ts'

export interface Constraint {
  text: string
  /** Whether a configuration meets it; one that names an absent parameter is met. */
  isMet(configuration: Configuration): boolean
}

/**
 * A constraint of a space, ready to be asked.
 *
 * @param names the parameters of the space; `phases.0.optimizer.learningRate` may also look into the value of `phases.0.optimizer`.
 * @throws GraftError `invalid_input` with the place in the text for what is no expression, no comparison or names no parameter.
 */
export function parseConstraint(text: string, names: readonly string[], field: string): Constraint {
  const expression = parseExpression(text, field)
  const known = new Set(names)
  for (const { path, at } of pathsIn(expression)) {
    if (parameterOf(path, known) !== null) continue
    throw new GraftError('invalid_input', `“${path}” in “${text}” (character ${at + 1}) is no parameter of this space.`, { hint: `There are: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}. Text goes in quotes: 'Adam'.`, field })
  }
  if (!isCondition(expression)) {
    throw new GraftError('invalid_input', `“${text}” is no comparison.`, { hint: 'A constraint is true or false: head.dense.0.units * phases.0.batchSize <= 65536.', field })
  }
  return {
    text,
    isMet(configuration) {
      const value = evaluate(expression, (path) => lookUp(path, configuration, known))
      return value === absent || value === true
    },
  }
}

const absent = Symbol('absent')
type Value = JsonValue | typeof absent

function* pathsIn(expression: Expression): Generator<{ path: string; at: number }> {
  if (expression.kind === 'path') yield expression
  else if (expression.kind === 'unary') yield* pathsIn(expression.operand)
  else if (expression.kind === 'binary') {
    yield* pathsIn(expression.left)
    yield* pathsIn(expression.right)
  }
}

function isCondition(expression: Expression): boolean {
  if (expression.kind === 'binary') return !'+-*/%'.includes(expression.operator)
  if (expression.kind === 'unary') return expression.operator === 'not'
  return expression.kind === 'path' || typeof expression.value === 'boolean'
}

/** The parameter whose value a path is or lies in. */
function parameterOf(path: string, known: ReadonlySet<string>): string | null {
  for (let name = path; ; name = name.slice(0, name.lastIndexOf('.'))) {
    if (known.has(name)) return name
    if (!name.includes('.')) return null
  }
}

function lookUp(path: string, configuration: Configuration, known: ReadonlySet<string>): Value {
  const name = parameterOf(path, known)!
  let value: JsonValue | undefined = Object.hasOwn(configuration, name) ? configuration[name] : undefined
  for (const key of path.slice(name.length).split('.').filter(Boolean)) {
    value = value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? (value as Record<string, JsonValue>)[key] : undefined
  }
  return value === undefined ? absent : value
}

/** What names something absent is absent as a whole, and so met; `and` and `or` go by their other side. */
function evaluate(expression: Expression, valueOf: (path: string) => Value): Value {
  if (expression.kind === 'literal') return expression.value
  if (expression.kind === 'path') return valueOf(expression.path)
  if (expression.kind === 'unary') {
    const operand = evaluate(expression.operand, valueOf)
    if (operand === absent) return absent
    return expression.operator === 'not' ? operand !== true : numeric(operand, (value) => -value)
  }
  const { operator } = expression
  const left = evaluate(expression.left, valueOf)
  const right = evaluate(expression.right, valueOf)
  if (operator === 'and' || operator === 'or') {
    if (left === absent) return right
    if (right === absent) return left
    return operator === 'and' ? left === true && right === true : left === true || right === true
  }
  if (left === absent || right === absent) return absent
  if (operator === '==') return isSame(left, right)
  if (operator === '!=') return !isSame(left, right)
  return arithmetic(operator, left, right)
}

const isSame = (left: JsonValue, right: JsonValue): boolean => left === right || (typeof left === 'object' && JSON.stringify(left) === JSON.stringify(right))

const numeric = (value: JsonValue, change: (value: number) => number): Value => (typeof value === 'number' ? change(value) : absent)

/** Order and arithmetic are for two numbers; order also for two texts. With anything else (null for "none") there is nothing to compare. */
function arithmetic(operator: string, left: JsonValue, right: JsonValue): Value {
  if (typeof left === 'string' && typeof right === 'string') return compare(operator, left, right)
  if (typeof left !== 'number' || typeof right !== 'number') return absent
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    default:
      return compare(operator, left, right)
  }
}

function compare<Ordered extends number | string>(operator: string, left: Ordered, right: Ordered): Value {
  switch (operator) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    default:
      return absent
  }
}
