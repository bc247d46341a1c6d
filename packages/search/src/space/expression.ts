import { GraftError } from '@graft/contracts/errors'

/** Arithmetic, comparisons and logic over numbers, texts, true, false, null and paths. Nothing else can be written, so nothing can be run. */
export type Expression =
  | { kind: 'literal'; value: number | string | boolean | null }
  | { kind: 'path'; path: string; at: number }
  | { kind: 'unary'; operator: '-' | 'not'; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }

interface Token { kind: 'number' | 'text' | 'word' | 'symbol' | 'end'; text: string; at: number }

const tokenPattern = /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|('[^']*'|"[^"]*")|([A-Za-z_]\w*(?:\.\w+)*)|(<=|>=|==|!=|&&|\|\||[-+*/%<>!()]))/y
/** Python's, JavaScript's and C's spellings. */
const synonyms: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or', '!': 'not', AND: 'and', OR: 'or', NOT: 'not' }
/** From the loosest to the tightest; `not` stands between `and` and the comparisons. */
const levels: readonly (readonly string[])[] = [['or'], ['and'], ['==', '!=', '<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%']]
const comparisons = 2
const deepest = 50

/** @throws GraftError `invalid_input` that says at which character of the text something else was expected. */
export function parseExpression(text: string, field: string): Expression {
  const tokens = tokenize(text, field)
  let position = 0
  let depth = 0
  const peek = (): Token => tokens[position]!
  const fail = (expected: string): never => {
    const { kind, text: found, at } = peek()
    throw wrong(text, at, `${expected} was expected, but ${kind === 'end' ? 'it ends' : `there is “${found}”`}`, field)
  }
  const operator = (): string => (peek().kind === 'symbol' || peek().kind === 'word' ? (synonyms[peek().text] ?? peek().text) : '')

  function binary(level: number): Expression {
    if (level === levels.length) return unary()
    if (level === comparisons && operator() === 'not') {
      position += 1
      return { kind: 'unary', operator: 'not', operand: nested(() => binary(comparisons)) }
    }
    let left = binary(level + 1)
    while (levels[level]!.includes(operator())) {
      const found = operator()
      position += 1
      left = { kind: 'binary', operator: found, left, right: binary(level + 1) }
      // 1 < x < 3 would compare true with 3.
      if (level === comparisons && levels[level]!.includes(operator())) fail('“and” or the end')
    }
    return left
  }

  function unary(): Expression {
    if (operator() !== '-') return primary()
    position += 1
    return { kind: 'unary', operator: '-', operand: nested(unary) }
  }

  function primary(): Expression {
    const token = peek()
    position += 1
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) }
    if (token.kind === 'text') return { kind: 'literal', value: token.text.slice(1, -1) }
    if (token.kind === 'word' && !['and', 'or', 'not'].includes(synonyms[token.text] ?? token.text)) {
      if (Object.hasOwn(constants, token.text)) return { kind: 'literal', value: constants[token.text as keyof typeof constants] }
      return { kind: 'path', path: token.text, at: token.at }
    }
    if (token.text === '(') {
      const inner = nested(() => binary(0))
      if (peek().text !== ')') fail('a closing parenthesis')
      position += 1
      return inner
    }
    position -= 1
    return fail('a number, a text in quotes, a parameter or a parenthesis')
  }

  function nested(parse: () => Expression): Expression {
    depth += 1
    if (depth > deepest) throw wrong(text, peek().at, `it is nested deeper than ${deepest}`, field)
    const expression = parse()
    depth -= 1
    return expression
  }

  const expression = binary(0)
  if (peek().kind !== 'end') fail('an operator or the end')
  return expression
}

const constants = { true: true, false: false, null: null, True: true, False: false, None: null } as const

function tokenize(text: string, field: string): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < end) {
    const from = tokenPattern.lastIndex
    const match = tokenPattern.exec(text)
    if (match === null) {
      const at = from + (text.slice(from).length - text.slice(from).trimStart().length)
      throw wrong(text, at, `“${text[at]}” cannot be read${text[at] === '=' ? ' (equality is ==)' : `'"`.includes(text[at]!) ? ' (the quote is not closed)' : ''}`, field)
    }
    const [whole, number, quoted, word] = match
    const kind = number !== undefined ? 'number' : quoted !== undefined ? 'text' : word !== undefined ? 'word' : 'symbol'
    tokens.push({ kind, text: whole.trimStart(), at: from + whole.length - whole.trimStart().length })
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }]
}

function wrong(text: string, at: number, problem: string, field: string): GraftError {
  return new GraftError('invalid_input', `“${text}”: at character ${at + 1} ${problem}.`, { hint: "Write comparisons of numbers, texts in quotes and parameters, with + - * / %, and, or, not and parentheses: head.dense.0.units <= 512 or model == 'vgg16'.", field })
}
