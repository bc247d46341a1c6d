import { TextArea } from '../ui/text-area.tsx'
import { useTextBeside } from '../ui/use-text-beside.ts'
import type { LaunchForm } from './launch-request.ts'
import { launchOfText, textOfLaunch } from './sweep-text.ts'

/** The whole sweep as text, beside the form. */
export function SweepTextEditor({ form, onReplace, onProblem }: { form: LaunchForm; onReplace: (form: LaunchForm) => void; onProblem: (problem: string | null) => void }) {
  const { text, problem, type } = useTextBeside({ value: form, write: textOfLaunch, read: launchOfText, onReplace, onProblem })
  return (
    <TextArea
      label="Sweep as YAML"
      name="the sweep"
      text={text}
      onType={type}
      lines={[14, 36]}
      isWrong={problem !== null}
      note={
        problem === null ? (
          <p className="text-faint">The form follows. The same text is a file for <code className="font-mono">graft sweep launch</code>; a sweep file of Weights &amp; Biases can be pasted here.</p>
        ) : (
          <p role="alert" className="wrap-anywhere text-danger">{problem} The form stays as it was.</p>
        )
      }
    />
  )
}
