import { GraftError } from '@graft/contracts/errors'
import type { LossRecipe } from '@graft/contracts/recipe/loss'
import type { Activation, Layer, Network } from '../../network/description.ts'
import { layerShapes } from '../../network/shapes.ts'
import { binaryCrossEntropy } from './binary-cross-entropy.ts'
import { crossEntropy } from './cross-entropy.ts'
import { focal } from './focal.ts'
import type { EmittedLoss, Loss, LossInput } from './loss.ts'

const losses: { readonly [Name in LossRecipe['name']]: Loss<Name> } = {
  'cross-entropy': crossEntropy,
  focal,
  'binary-cross-entropy': binaryCrossEntropy,
}

export interface NetworkLoss {
  /** The network's last layer, whose logits (its activation's input) the loss takes. */
  readonly output: Layer
  readonly classes: number
  emit(input: Omit<LossInput, 'classes'>): EmittedLoss
}

/** The loss for a network; throws `unsupported` where its end does not fit: a softmax over classes, or for binary cross-entropy one sigmoid output. */
export function createLoss(recipe: LossRecipe | undefined, network: Network): NetworkLoss {
  const chosen: LossRecipe = recipe ?? { name: 'cross-entropy' }
  const isBinary = chosen.name === 'binary-cross-entropy'
  const output = network.layers.find(({ name }) => name === network.output)!
  const outputs = layerShapes(network).get(network.output)!
  const wanted: Activation = isBinary ? 'sigmoid' : 'softmax'
  const fits = (output.kind === 'dense' || output.kind === 'activation') && output.activation === wanted && outputs.length === 1 && (!isBinary || outputs[0] === 1)
  if (!fits) {
    const needed = isBinary ? 'one sigmoid output' : 'a softmax over classes'
    throw new GraftError('unsupported', `${network.name} cannot be trained with the loss ${chosen.name}: its last layer is not ${needed}.`, { hint: `End it in a dense layer with ${isBinary ? 'one unit and sigmoid' : 'softmax'}.`, field: 'loss' })
  }
  const classes = isBinary ? 2 : outputs[0]!
  // The table is keyed by the recipe's own name, which TypeScript cannot follow through the union.
  const loss = losses[chosen.name] as (recipe: LossRecipe, input: LossInput) => EmittedLoss
  return { output, classes, emit: (input) => loss(chosen, { ...input, classes }) }
}
