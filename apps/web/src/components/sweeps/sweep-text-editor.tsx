import { useId, useState } from 'react'
import { classNames } from '../ui/class-names.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { inputClass } from '../ui/field.tsx'
import type { LaunchForm } from './launch-request.ts'
import { launchOfText, textOfLaunch } from './sweep-text.ts'

/** The whole sweep as text, beside the form. What can be read goes into the form at once; what cannot is said and stays here only. */
export function SweepTextEditor({ form, onReplace, onProblem }: { form: LaunchForm; onReplace: (form: LaunchForm) => void; onProblem: (problem: string | null) => void }) {
  const [typed, setTyped] = useState(() => ({ text: textOfLaunch(form), form }))
  const [problem, setProblem] = useState<string | null>(null)
  const id = useId()
  // The form changed otherwise: its text replaces what was typed.
  const text = typed.form === form || problem !== null ? typed.text : textOfLaunch(form)
  const type = (next: string) => {
    const read = launchOfText(next)
    const found = 'problem' in read ? read.problem : null
    setProblem(found)
    onProblem(found)
    if ('form' in read) onReplace(read.form)
    setTyped({ text: next, form: 'form' in read ? read.form : form })
  }
  return (
    <div className="space-y-2">
      <div className="flex items-center gap-3">
        <label htmlFor={id} className="text-xs font-medium text-muted">Sweep as YAML</label>
        <span className="ml-auto"><CopyButton text={text} name="the sweep" /></span>
      </div>
      <textarea
        id={id}
        value={text}
        rows={Math.min(36, Math.max(14, text.split('\n').length))}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problem !== null || undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => type(event.target.value)}
        className={classNames(inputClass, 'block h-auto resize-y py-2 font-mono text-xs leading-5')}
      />
      <div id={`${id}-note`} className="text-xs">
        {problem === null ? (
          <p className="text-faint">The form follows. The same text is a file for <code className="font-mono">graft sweep launch</code>; a sweep file of Weights &amp; Biases can be pasted here.</p>
        ) : (
          <p role="alert" className="wrap-anywhere text-danger">{problem} The form stays as it was.</p>
        )}
      </div>
    </div>
  )
}
