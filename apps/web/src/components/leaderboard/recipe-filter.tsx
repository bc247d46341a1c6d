import { Segments } from '../ui/segments.tsx'
import { inputClass } from '../ui/field.tsx'

/** Which recipe's results the board shows: one at a time, so that cells compare like with like. */
export function RecipeFilter({ recipes, value, onChange }: { recipes: readonly { name: string; hash: string }[]; value: string | undefined; onChange: (hash: string) => void }) {
  if (recipes.length < 2 || value === undefined) return null
  if (recipes.length > 3) {
    return (
      <select aria-label="Recipe" value={value} onChange={(event) => onChange(event.target.value)} className={`${inputClass} max-w-64`}>
        {recipes.map(({ name, hash }) => (
          <option key={hash} value={hash}>
            {name}
          </option>
        ))}
      </select>
    )
  }
  return <Segments label="Recipe" value={value} options={recipes.map(({ name, hash }) => ({ value: hash, text: name }))} onChange={onChange} />
}
