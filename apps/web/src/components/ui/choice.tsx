import { Segments } from './segments.tsx'

const mostSideBySide = 4
/** Characters, together: beyond them a phone shows none of them whole. */
const longestSideBySide = 70

/** A choice of one: side by side while they are few and short, else a list that unfolds. */
export function Choice({ label, value, options, onChange }: { label: string; value: string; options: readonly { value: string; text: string }[]; onChange: (value: string) => void }) {
  const characters = options.reduce((sum, { text }) => sum + text.length, 0)
  if (options.length <= mostSideBySide && characters <= longestSideBySide) return <Segments label={label} value={value} options={options} onChange={onChange} />
  return (
    <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)} className="h-7.5 max-w-64 min-w-0 rounded-md border bg-raised px-2 text-xs">
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  )
}
