import { Segments } from './segments.tsx'

const mostSideBySide = 4

/** A choice of one: side by side while there are few, else a list that unfolds. */
export function Choice({ label, value, options, onChange }: { label: string; value: string; options: readonly { value: string; text: string }[]; onChange: (value: string) => void }) {
  if (options.length <= mostSideBySide) return <Segments label={label} value={value} options={options} onChange={onChange} />
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
