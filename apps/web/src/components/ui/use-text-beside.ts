import { useState } from 'react'

interface TextBeside<Value> {
  value: Value
  /** The text that stands for a value. */
  write: (value: Value) => string
  /** The value that a text stands for, or why it stands for none. */
  read: (text: string) => { value: Value } | { problem: string }
  /** Hears of each value that is typed. */
  onReplace: (value: Value) => void
  /** Hears of what cannot be read; null when it can again. */
  onProblem: (problem: string | null) => void
}

/**
 * A text that says the same as a form, to be typed in. What can be read goes into the form at once; what cannot stays here only. When the
 * form changes otherwise, its text replaces what was typed, unless that cannot be read yet.
 */
export function useTextBeside<Value>({ value, write, read, onReplace, onProblem }: TextBeside<Value>): { text: string; problem: string | null; type: (text: string) => void } {
  const [typed, setTyped] = useState(() => ({ text: write(value), value }))
  const [problem, setProblem] = useState<string | null>(null)
  const text = typed.value === value || problem !== null ? typed.text : write(value)
  const type = (next: string) => {
    const found = read(next)
    const wrong = 'problem' in found ? found.problem : null
    setProblem(wrong)
    onProblem(wrong)
    if ('value' in found) onReplace(found.value)
    setTyped({ text: next, value: 'value' in found ? found.value : value })
  }
  return { text, problem, type }
}
