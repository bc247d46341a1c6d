'use client'
import type { Recipe } from '@graft/contracts/recipe'
import { DraftProvider } from '../recipe/draft-context.tsx'
import { withValue } from '../recipe/draft.ts'
import { Panel } from '../ui/panel.tsx'
import { Segments } from '../ui/segments.tsx'
import { MethodFields } from './method-fields.tsx'
import type { SearchDraft } from './search-draft.ts'
import { SpaceEditor, type TargetChoices } from './space-editor.tsx'
import { WarmStart } from './warm-start.tsx'

interface SearchPanelProps {
  /** Null: the one recipe. */
  search: SearchDraft | null
  /** Where a search was written before and put aside. */
  aside: SearchDraft | null
  errors: Readonly<Record<string, string>>
  recipe: Recipe
  targets: TargetChoices
  onChange: (search: SearchDraft | null) => void
}

const start: SearchDraft = { method: 'tpe', space: { parameters: {} }, budget: { trials: 30 } }

/** Whether there is a search, and all of it: its space, its method, its budget, what it starts from. */
export function SearchPanel({ search, aside, errors, recipe, targets, onChange }: SearchPanelProps) {
  const choose = (kind: 'one' | 'search') => onChange(kind === 'one' ? null : (search ?? aside ?? start))
  return (
    <Panel id="search" title="Search" note={search === null ? 'The recipe as it is' : 'The recipe is where each trial starts from'} actions={<Segments label="Train one recipe or search" value={search === null ? 'one' : 'search'} options={[{ value: 'one', text: 'One recipe' }, { value: 'search', text: 'Search' }]} onChange={choose} />}>
      {search === null ? (
        <p className="text-sm text-muted">Search tries other values of the recipe’s fields, or of dataset and model, and proposes the next ones from what it has seen.</p>
      ) : (
        <div className="space-y-5">
          <section aria-label="Search space">
            <h3 className="mb-2 text-sm font-medium">Space</h3>
            <SpaceEditor draft={search} errors={errors} recipe={recipe} targets={targets} onChange={onChange} />
          </section>
          <section aria-label="Search method">
            <h3 className="mb-2 text-sm font-medium">Method and budget</h3>
            <DraftProvider value={{ draft: search, errors, change: (path, value) => onChange(withoutEmpty(withValue(search, path, value))) }}>
              <MethodFields />
            </DraftProvider>
          </section>
          <WarmStart chosen={Array.isArray(search.warmStart) ? search.warmStart.map(String) : []} onChange={(ids) => onChange(ids.length === 0 ? withValue(search, 'warmStart', undefined) : { ...search, warmStart: ids })} />
        </div>
      )}
    </Panel>
  )
}

/** A budget without a limit is none. */
function withoutEmpty(search: SearchDraft): SearchDraft {
  const { budget, ...rest } = search
  return typeof budget === 'object' && budget !== null && Object.keys(budget).length === 0 ? rest : search
}
