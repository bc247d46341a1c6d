import type { Phase, Recipe } from '@graft/contracts/recipe'

export interface RecipeGroup {
  title: string
  rows: [name: string, value: string][]
}

/** `learningRate` as `learning rate`. */
const words = (key: string) => key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('-', ' ')
const title = (key: string) => words(key).replace(/^./, (letter) => letter.toUpperCase())

/** Any setting as text: whatever a recipe holds is shown, also what is newer than this page. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(value.some((entry) => typeof entry === 'object') ? ' → ' : ', ')
  if (typeof value !== 'object' || value === null) return value === true ? 'yes' : value === false ? 'no' : String(value)
  return Object.entries(value).map(([key, inner]) => (['name', 'kind', 'units', 'activation'].includes(key) ? valueText(inner) : `${words(key)} ${valueText(inner)}`)).join(', ')
}

function phaseRows({ kind: _kind, optimizer: { name, learningRate, ...options }, ...rest }: Phase): RecipeGroup['rows'] {
  const optimizer: RecipeGroup['rows'] = [['Optimizer', name], ['Learning rate', String(learningRate)], ...Object.entries(options).map(([key, value]): [string, string] => [title(key), valueText(value)])]
  return [...Object.entries(rest).map(([key, value]): [string, string] => [title(key), valueText(value)]), ...optimizer]
}

/** All settings of a recipe: a group for each phase, one for the head, one for the rest. */
export function recipeGroups({ name: _name, phases, head, ...rest }: Recipe): RecipeGroup[] {
  const { dense, ...headRest } = head
  // A dropout of 0 is none: it goes without saying.
  const layers = dense.map(({ dropout, ...layer }) => (dropout > 0 ? { ...layer, dropout } : layer))
  const groups: RecipeGroup[] = [
    ...phases.map((phase, place) => ({ title: `${phases.length > 1 ? `${place + 1}. ` : ''}${title(phase.kind)}`, rows: phaseRows(phase) })),
    { title: 'Head', rows: [['Dense layers', dense.length === 0 ? 'none: softmax on the features' : valueText(layers)], ...Object.entries(headRest).map(([key, value]): [string, string] => [title(key), valueText(value)])] },
    { title: 'Further', rows: Object.entries(rest).map(([key, value]): [string, string] => [title(key), valueText(value)]) },
  ]
  return groups.filter(({ rows }) => rows.length > 0)
}
