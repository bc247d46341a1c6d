import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const parityFolder = fileURLToPath(new URL('../../../../tools/parity/', import.meta.url))
const virtualEnvironment = fileURLToPath(new URL('../../../../.venv-parity/bin/python', import.meta.url))

/** A Python with tools/parity/requirements.txt: $GRAFT_PARITY_PYTHON, else the virtual environment of tools/parity/README.md; null without either. */
export const parityPython: string | null = process.env['GRAFT_PARITY_PYTHON'] ?? (existsSync(virtualEnvironment) ? virtualEnvironment : null)

/** Path of a script of tools/parity. */
export const parityScript = (name: string): string => `${parityFolder}${name}`
