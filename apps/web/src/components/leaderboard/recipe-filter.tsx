import { Choice } from '../ui/choice.tsx'

/** Which recipe's results the board shows: one at a time, so that cells compare like with like. */
export function RecipeFilter({ recipes, value, onChange }: { recipes: readonly { name: string; hash: string }[]; value: string | undefined; onChange: (hash: string) => void }) {
  if (recipes.length < 2 || value === undefined) return null
  return <Choice label="Recipe" value={value} options={recipes.map(({ name, hash }) => ({ value: hash, text: name }))} onChange={onChange} />
}
