import { GraftError } from '@graft/contracts/errors'
import { labelsSchema, type Labels } from '@graft/contracts/requirements'

/** Labels from `name=value` texts. @throws GraftError `invalid_input` for one that is none. */
export function parseLabels(texts: readonly string[]): Labels {
  const labels = Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at > 0 && at < text.length - 1) return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
      throw new GraftError('invalid_input', `“${text.slice(0, 60)}” is no label.`, { hint: 'A name, an equals sign and a value are expected: room=basement.', field: 'label' })
    }),
  )
  const parsed = labelsSchema.safeParse(labels)
  if (parsed.success) return parsed.data
  throw new GraftError('invalid_input', parsed.error.issues[0]?.message ?? 'These are no labels.', { field: 'label' })
}
