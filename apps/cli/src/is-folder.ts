import { stat } from 'node:fs/promises'

/** Whether an argument that may be a name or a path means a path: it is written like one, or a folder of that name is here. */
export async function isFolder(argument: string): Promise<boolean> {
  if (/^(\.{1,2}([/\\]|$)|[/\\]|~)/.test(argument) || argument.includes('/')) return true
  return (await stat(argument).catch(() => null))?.isDirectory() ?? false
}
