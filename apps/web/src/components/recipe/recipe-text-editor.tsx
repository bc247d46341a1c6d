import { useId, useState } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { inputClass } from '../ui/field.tsx'
import { classNames } from '../ui/class-names.ts'
import { useDraft } from './draft-context.tsx'
import type { Draft } from './draft.ts'
import { draftOfText, lineOfPath, textOfDraft } from './recipe-text.ts'

/** The whole recipe as text. What can be read goes into the form at once; what cannot is said and stays here only. */
export function RecipeTextEditor({ onReplace, onProblem }: { onReplace: (draft: Draft) => void; onProblem: (problem: string | null) => void }) {
  const { draft, errors } = useDraft()
  const [typed, setTyped] = useState(() => ({ text: textOfDraft(draft), draft }))
  const [problem, setProblem] = useState<string | null>(null)
  const id = useId()
  // The form, a preset or an undo changed the draft: its text replaces what was typed.
  const text = typed.draft === draft || problem !== null ? typed.text : textOfDraft(draft)
  const type = (next: string) => {
    const read = draftOfText(next)
    const found = 'problem' in read ? read.problem : null
    setProblem(found)
    onProblem(found)
    if ('draft' in read) onReplace(read.draft)
    setTyped({ text: next, draft: 'draft' in read ? read.draft : draft })
  }
  const wrong = problem === null ? Object.entries(errors) : []
  return (
    <div className="space-y-2">
      <div className="flex items-center gap-3">
        <label htmlFor={id} className="text-xs font-medium text-muted">Recipe as YAML</label>
        <span className="ml-auto"><CopyButton text={text} name="the recipe" /></span>
      </div>
      <textarea
        id={id}
        value={text}
        rows={Math.min(40, Math.max(12, text.split('\n').length))}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problem !== null || wrong.length > 0 || undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => type(event.target.value)}
        className={classNames(inputClass, 'block h-auto resize-y py-2 font-mono text-xs leading-5')}
      />
      <div id={`${id}-note`} className="text-xs">
        {problem !== null && <p role="alert" className="text-danger">{problem}</p>}
        {wrong.length > 0 && (
          <div role="alert"><ul className="space-y-0.5 text-danger">
            {wrong.map(([path, message]) => (
              <li key={path}>
                <span className="tabular-nums">Line {lineOfPath(text, path)}</span>{path !== '' && <>, <code className="font-mono">{path}</code></>}: {message}
              </li>
            ))}
          </ul></div>
        )}
        {problem === null && wrong.length === 0 && <p className="text-faint">The form follows. The same text is a file for <code className="font-mono">graft run --recipe</code>; what is not in it is off or has its default.</p>}
      </div>
    </div>
  )
}
