import { LineCounter, parseDocument, stringify } from 'yaml'
import type { Draft } from './draft.ts'
import { readYaml } from './read-yaml.ts'

/** The whole draft as YAML, as `graft run --recipe FILE` reads it. */
export const textOfDraft = (draft: Draft): string => stringify(draft, { lineWidth: 0, flowCollectionPadding: true })

export type ReadText = { value: Draft } | { problem: string }

/** The draft that a YAML (or JSON) text holds, or why it holds none. */
export function draftOfText(text: string): ReadText {
  const read = readYaml(text)
  if ('problem' in read) return read
  const { value } = read
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'A recipe is a list of names and values, such as “phases:”.' }
  return { value: value as Draft }
}

/** The line (from 1) of what stands at a dotted path, or of the nearest thing around it that stands in the text. */
export function lineOfPath(text: string, path: string): number {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))
  for (let length = keys.length; length > 0; length -= 1) {
    const node = document.getIn(keys.slice(0, length), true) as { range?: readonly [number, number, number] } | undefined
    if (node?.range != null) return lineCounter.linePos(node.range[0]).line
  }
  return 1
}
