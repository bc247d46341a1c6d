import type { Recipe } from '@graft/contracts/recipe'

function rows(recipe: Recipe): [string, string][] {
  const phase = recipe.phases[0]!
  const { name, learningRate, ...rest } = phase.optimizer
  const dense = recipe.head.dense.map(({ units, activation, dropout }) => `${units} ${activation}${dropout > 0 ? `, dropout ${dropout}` : ''}`)
  return [
    ['Phase', phase.kind.replace('-', ' ')],
    ['Epochs', String(phase.epochs)],
    ['Batch size', String(phase.batchSize)],
    ['Optimizer', name],
    ['Learning rate', String(learningRate)],
    ...Object.entries(rest).map(([key, value]): [string, string] => [key, String(value)]),
    ['Pooling', recipe.head.pooling],
    ['Dense layers', dense.length === 0 ? 'none: softmax on the features' : dense.join(' → ')],
  ]
}

/** A recipe's settings, all of them. */
export function RecipeSummary({ recipe }: { recipe: Recipe }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-x-4 gap-y-3">
      {rows(recipe).map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-2xs text-faint">{name}</dt>
          <dd className="text-sm tabular-nums wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
