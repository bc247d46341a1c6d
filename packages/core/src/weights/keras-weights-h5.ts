import { GraftError } from '@graft/contracts/errors'
import type { Group } from 'h5wasm/node'
import { datasetAt, groupAt, storedTensor, textAttribute } from './hdf5-file.ts'
import type { StoredLayer } from './stored-weights.ts'

/** Where Keras 3 and tf.keras 2.12 to 2.15 keep a model's layers. */
const containers = ['layers', '_layer_checkpoint_dependencies']

/** Whether a file is laid out as Keras 3's `.weights.h5`. */
export function isKerasWeightsH5(root: Group): boolean {
  return containers.some((container) => groupAt(root, container) !== null)
}

/**
 * Layers of Keras 3's weight file: groups `layers/<class in snake case>_<count>` in which `vars/0`, `vars/1`, ... stand in the
 * order of `layer.weights`. Newer versions write the layer's own name into the attribute `name` of `vars`; where every layer has one, it is
 * used and `naming` is `layer-names`.
 */
export function readKerasWeightsH5(root: Group, path: string): { layers: StoredLayer[]; naming: 'layer-names' | 'class-order' } {
  const found = collect(root, path)
  if (found.length === 0) throw new GraftError('corrupt', `${path} holds no weights.`, { hint: 'Save it again with model.save_weights.' })
  const named = found.every((layer) => layer.ownName !== null)
  const layers = found.map(({ groupName, ownName, tensors }) => ({ name: named && ownName !== null ? ownName : groupName, tensors }))
  return { layers, naming: named ? 'layer-names' : 'class-order' }
}

interface Found { groupName: string; ownName: string | null; tensors: StoredLayer['tensors'] }

/** Every group with `vars`, also those of models inside the model. */
function collect(parent: Group, path: string): Found[] {
  const found: Found[] = []
  for (const container of containers) {
    const group = groupAt(parent, container)
    if (group === null) continue
    for (const groupName of group.keys()) {
      const layer = groupAt(group, groupName)
      if (layer === null) continue
      const variables = groupAt(layer, 'vars')
      const tensors = variables === null ? [] : numbered(variables, groupName, path)
      if (variables !== null && tensors.length > 0) found.push({ groupName, ownName: textAttribute(variables, 'name') ?? textAttribute(layer, 'name'), tensors })
      found.push(...collect(layer, path))
    }
  }
  return found
}

function numbered(variables: Group, groupName: string, path: string): StoredLayer['tensors'] {
  return variables
    .keys()
    .filter((key) => /^\d+$/.test(key))
    .toSorted((a, b) => Number(a) - Number(b))
    .flatMap((key) => {
      const dataset = datasetAt(variables, key)
      return dataset !== null ? [storedTensor(`${groupName}/vars/${key}`, dataset, path)] : []
    })
}
