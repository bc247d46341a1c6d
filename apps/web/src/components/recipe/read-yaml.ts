import { LineCounter, parseDocument } from 'yaml'

/** What a YAML (or JSON) text holds, or the line and column at which it cannot be read. */
export function readYaml(text: string): { value: unknown } | { problem: string } {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const [error] = document.errors
  if (error === undefined) return { value: document.toJS({ maxAliasCount: 20 }) }
  const { line, col } = lineCounter.linePos(error.pos[0])
  return { problem: `Line ${line}, column ${col}: ${error.message}` }
}
