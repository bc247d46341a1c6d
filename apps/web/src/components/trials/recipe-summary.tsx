import type { Recipe } from '@graft/contracts/recipe'
import { recipeGroups } from './recipe-rows.ts'

/** A recipe's settings, all of them. */
export function RecipeSummary({ recipe }: { recipe: Recipe }) {
  return (
    <div className="space-y-4">
      {recipeGroups(recipe).map(({ title, rows }) => (
        <section key={title}>
          <h3 className="mb-2 text-xs font-semibold">{title}</h3>
          <dl className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-x-4 gap-y-3">
            {rows.map(([name, value]) => (
              <div key={name} className={value.length > 24 ? 'col-span-full min-w-0 sm:col-span-2' : 'min-w-0'}>
                <dt className="text-2xs text-faint">{name}</dt>
                <dd className="text-sm tabular-nums wrap-anywhere">{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  )
}
