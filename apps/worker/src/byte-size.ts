import { z } from 'zod'

const units: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 }

/** `20GB`, `500 MB`, `1.5TiB` or plain bytes as a number of bytes. */
export const byteSizeSchema = z.string().transform((text, context) => {
  const [, figure, unit = 'B'] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)?\s*$/i.exec(text) ?? []
  const factor = units[unit.toUpperCase()]
  if (figure !== undefined && factor !== undefined && Number(figure) > 0) return Math.floor(Number(figure) * factor)
  context.addIssue({ code: 'custom', message: `“${text.slice(0, 40)}” is no size: a number and a unit are expected, as 20GB or 500MB.` })
  return z.NEVER
})
