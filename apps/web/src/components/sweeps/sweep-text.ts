import { isGraftError } from '@graft/contracts/errors'
import { readSweepFile } from '@graft/contracts/sweep-file/read-sweep-file'
import type { ParsedSweepRequest } from '@graft/contracts/sweep'
import { stringify } from 'yaml'
import { draftOf } from '../recipe/draft.ts'
import { readYaml } from '../recipe/read-yaml.ts'
import { lineOfPath } from '../recipe/recipe-text.ts'
import type { SearchDraft } from '../search/search-draft.ts'
import { isSearched, type LaunchForm } from './launch-request.ts'
import { parseSeeds, seedsText } from './parse-seeds.ts'

/** The whole form as YAML, as `graft sweep launch FILE` reads it. */
export function textOfLaunch(form: LaunchForm): string {
  const seeds = parseSeeds(form.seeds)
  const sweep = {
    ...(form.name.trim() === '' ? {} : { name: form.name }),
    ...(isSearched(form, 'dataset') ? {} : { datasets: form.datasets }),
    ...(isSearched(form, 'model') ? {} : { models: form.models }),
    seeds: 'seeds' in seeds ? seeds.seeds : form.seeds,
    ...(form.search === null ? {} : { search: form.search }),
    ...(form.priority === 0 ? {} : { priority: form.priority }),
    recipe: form.recipe,
  }
  return stringify(sweep, { lineWidth: 0, flowCollectionPadding: true })
}

/** A request as the form holds it. `isNamed`: its recipe has a name of its own, which does not follow from what it does. */
export function launchOfRequest(request: ParsedSweepRequest, isNamed: boolean): LaunchForm {
  const { name = '', datasets, models, seeds, recipe, search, priority } = request
  return { name, datasets, models, seeds: seedsText(seeds), recipe: isNamed ? recipe : draftOf(recipe), search: search === undefined ? null : (search as unknown as SearchDraft), priority }
}

/** The form that a YAML (or JSON) text stands for, a W&B sweep file included; or why it stands for none, with the line. */
export function launchOfText(text: string): { value: LaunchForm } | { problem: string } {
  const read = readYaml(text)
  if ('problem' in read) return read
  const { value } = read
  try {
    const named = value as { recipe?: { name?: unknown } } | null
    return { value: launchOfRequest(readSweepFile(value), typeof named?.recipe === 'object' && named.recipe?.name !== undefined) }
  } catch (failure) {
    if (!isGraftError(failure)) throw failure
    const where = failure.field === undefined || failure.field === '' ? '' : `Line ${lineOfPath(text, failure.field)}: `
    return { problem: `${where}${failure.message}${failure.hint === undefined ? '' : ` ${failure.hint}`}` }
  }
}
