import { GraftError } from '@graft/contracts/errors'
import type { Group } from 'h5wasm/node'
import { datasetAt, groupAt, namesAttribute, storedTensor } from './hdf5-file.ts'
import type { StoredLayer, StoredTensor } from './stored-weights.ts'

/**
 * Layers of Keras's legacy weight file: the root (or `model_weights` in a whole saved model) lists `layer_names`; each layer's
 * group lists `weight_names`, paths of datasets below it. A model inside the model appears as one layer whose
 * weight names carry the inner layers' names. Throws `corrupt` where a listed dataset is missing.
 */
export function readKerasH5(root: Group, path: string): StoredLayer[] {
  const group = groupAt(root, 'model_weights') ?? root
  const layers: StoredLayer[] = []
  for (const layerName of namesAttribute(group, 'layer_names') ?? []) {
    const layerGroup = groupAt(group, layerName)
    if (layerGroup === null) throw new GraftError('corrupt', `${path} lists the layer ${layerName} but does not hold it.`, { hint: 'Download or copy the file again.' })
    const tensors = (namesAttribute(layerGroup, 'weight_names') ?? []).map((weightName): StoredTensor => {
      const dataset = datasetAt(layerGroup, weightName)
      if (dataset === null) throw new GraftError('corrupt', `${path} lists the weight ${weightName} of layer ${layerName} but does not hold it.`, { hint: 'Download or copy the file again.' })
      return storedTensor(weightName, dataset, path)
    })
    if (tensors.length > 0) layers.push({ name: layerName, tensors })
  }
  return unnested(layers)
}

/** A nested model's weights as the layers they belong to: `conv1/kernel:0` inside layer `resnet50` is layer `conv1`. */
function unnested(layers: readonly StoredLayer[]): StoredLayer[] {
  return layers.flatMap((layer) => {
    const byInner = new Map<string, StoredTensor[]>()
    for (const tensor of layer.tensors) {
      const inner = tensor.name.split('/').at(-2) ?? layer.name
      byInner.set(inner, [...(byInner.get(inner) ?? []), tensor])
    }
    if (byInner.size <= 1) return [layer]
    return [...byInner].map(([name, tensors]) => ({ name, tensors }))
  })
}
