import type { FineTuningPhase, Phase, Recipe } from '@graft/contracts/recipe'

const longestName = 100
const epochsText = (epochs: number) => (epochs === 1 ? '1 epoch' : `${epochs} epochs`)
const headText = ({ head: { dense }, network }: Recipe) => (network !== undefined ? `own network of ${network.length} layers` : dense.length === 0 ? 'no dense layer' : `dense ${dense.map(({ units }) => units).join('-')}`)

/** From where up a phase trains: `all layers`, `from block5`, `from layer 94`. */
export function unfreezeText(unfreeze: FineTuningPhase['unfreeze']): string {
  if (unfreeze === 'all') return 'all layers'
  if ('block' in unfreeze) return `from ${unfreeze.block}`
  return 'layer' in unfreeze ? `from ${unfreeze.layer}` : `from layer ${unfreeze.index}`
}

const optimizerText = ({ optimizer }: Phase) => `${optimizer.name} ${optimizer.learningRate}`

function extras({ loss, classWeights, augmentation, testTimeAugmentation }: Recipe): string[] {
  return [
    loss === undefined || (loss.name === 'cross-entropy' && loss.labelSmoothing === undefined) ? '' : loss.name === 'cross-entropy' ? 'smoothed labels' : `${loss.name} loss`,
    classWeights === undefined ? '' : 'class weights',
    augmentation === undefined ? '' : 'augmented',
    testTimeAugmentation === undefined ? '' : `${testTimeAugmentation.views} test views`,
  ].filter(Boolean)
}

/** What a recipe does, in a few words: the name of one that nobody named. */
export function describeRecipe(recipe: Recipe): string {
  const head = recipe.head.dense[0]?.dropout
  const phases = recipe.phases.map((phase, index) => {
    const what = phase.kind === 'feature-extraction' ? `${headText(recipe)}${recipe.network === undefined && head !== undefined && head > 0 ? `, dropout ${head}` : ''}` : `fine-tuning ${unfreezeText(phase.unfreeze)}`
    const batch = index === 0 || phase.batchSize !== recipe.phases[0]!.batchSize ? `, batch ${phase.batchSize}` : ''
    return index === 0 ? `${optimizerText(phase)}, ${what}, ${epochsText(phase.epochs)}${batch}` : `${what}: ${optimizerText(phase)}, ${epochsText(phase.epochs)}${batch}`
  })
  const whole = [phases.join('; '), ...extras(recipe)].join(', ')
  return whole.length <= longestName ? whole : `${whole.slice(0, longestName - 1).trimEnd()}…`
}

/** One line on what a recipe does, for people who choose one. */
export function recipeSentence(recipe: Recipe): string {
  const { dense } = recipe.head
  const head = dense.length === 0 ? 'A softmax' : `A head of ${dense.map(({ units }) => units).join(' and ')} units`
  const sentences = recipe.phases.map((phase, index) => {
    const how = `${epochsText(phase.epochs)}, ${optimizerText(phase)}`
    if (phase.kind === 'feature-extraction') return `${head} on frozen features: ${how}.`
    const up = phase.unfreeze === 'all' ? 'all layers' : `the layers ${unfreezeText(phase.unfreeze)} up`
    return `${index === 0 ? `${head} and ${up}` : `Then ${up}`}: ${how}.`
  })
  const further = extras(recipe)
  if (further.length > 0) sentences.push(`${further.join(', ').replace(/^./, (letter) => letter.toUpperCase())}.`)
  return sentences.join(' ')
}
