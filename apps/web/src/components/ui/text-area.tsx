import { useId, type ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { CopyButton } from './copy-button.tsx'
import { inputClass } from './field.tsx'

interface TextAreaProps {
  label: string
  /** What the button beside it copies, in words. */
  name: string
  text: string
  onType: (text: string) => void
  /** Lines shown at least and at most; between them, as many as it has. */
  lines: readonly [least: number, most: number]
  isWrong: boolean
  /** Below it: what is wrong, or what it is for. */
  note: ReactNode
}

/** A labelled text of several lines in letters of one width, with a button that copies it. */
export function TextArea({ label, name, text, onType, lines: [least, most], isWrong, note }: TextAreaProps) {
  const id = useId()
  return (
    <div className="space-y-2">
      <div className="flex items-center gap-3">
        <label htmlFor={id} className="text-xs font-medium text-muted">{label}</label>
        <span className="ml-auto"><CopyButton text={text} name={name} /></span>
      </div>
      <textarea
        id={id}
        value={text}
        rows={Math.min(most, Math.max(least, text.split('\n').length))}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={isWrong || undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onType(event.target.value)}
        className={classNames(inputClass, 'block h-auto resize-y py-2 font-mono text-xs leading-5')}
      />
      <div id={`${id}-note`} className="text-xs">{note}</div>
    </div>
  )
}
