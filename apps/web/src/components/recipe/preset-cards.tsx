import { canonicalJson, type Recipe } from '@graft/contracts/recipe'
import { classNames } from '../ui/class-names.ts'
import { recipeSentence } from './recipe-words.ts'

/** Recipes to start from, each with a line on what it does. `chosen`: the one that the draft began with; `changed` since. */
export function PresetCards({ presets, chosen, changed, onChoose }: { presets: readonly Recipe[]; chosen: Recipe | null; changed: boolean; onChoose: (preset: Recipe) => void }) {
  return (
    <div role="radiogroup" aria-label="Recipe to start from" className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
      {presets.map((preset) => {
        const isChosen = chosen !== null && canonicalJson(chosen) === canonicalJson(preset)
        return (
          <button
            key={preset.name}
            type="button"
            role="radio"
            aria-checked={isChosen}
            onClick={() => onChoose(preset)}
            className={classNames('flex min-w-0 flex-col items-stretch rounded-lg border px-3 py-2.5 text-left transition-colors', isChosen ? 'border-accent bg-accent-soft' : 'bg-raised hover:bg-hover')}
          >
            <span className="flex items-baseline gap-2">
              <span className="min-w-0 flex-1 font-medium first-letter:uppercase">{preset.name}</span>
              {isChosen && changed && <span className="rounded-full border border-accent/40 px-1.5 text-2xs text-accent">changed</span>}
            </span>
            <span className={classNames('mt-0.5 block text-xs', isChosen ? 'text-ink/75' : 'text-muted')}>{recipeSentence(preset)}</span>
          </button>
        )
      })}
    </div>
  )
}
