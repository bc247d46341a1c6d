export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]
/** The server reads it to send the right theme with the first byte: no flash, and no script for it. */
export const themeCookie = 'graft-theme'

export function readTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? 'system'
}
