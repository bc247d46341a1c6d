import { TextArea } from '../ui/text-area.tsx'
import { useTextBeside } from '../ui/use-text-beside.ts'
import { useDraft } from './draft-context.tsx'
import type { Draft } from './draft.ts'
import { draftOfText, lineOfPath, textOfDraft } from './recipe-text.ts'

/** The whole recipe as text, with the line of each thing that is wrong in it. */
export function RecipeTextEditor({ onReplace, onProblem }: { onReplace: (draft: Draft) => void; onProblem: (problem: string | null) => void }) {
  const { draft, errors } = useDraft()
  const { text, problem, type } = useTextBeside({ value: draft, write: textOfDraft, read: draftOfText, onReplace, onProblem })
  const wrong = problem === null ? Object.entries(errors) : []
  return (
    <TextArea
      label="Recipe as YAML"
      name="the recipe"
      text={text}
      onType={type}
      lines={[12, 40]}
      isWrong={problem !== null || wrong.length > 0}
      note={
        <>
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
        </>
      }
    />
  )
}
