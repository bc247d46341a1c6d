import type { Group } from 'h5wasm/node'
import { weightSpecifications } from '../network/weight-specifications.ts'
import type { WeightedNetwork } from '../prediction/join-networks.ts'
import { kerasConfiguration } from './keras-configuration.ts'

/** The release whose file layout this is; Keras 3 reads it too. */
const kerasVersion = '2.15.0'

/**
 * Writes a network as a whole Keras model in HDF5, which `keras.models.load_model` opens: its configuration and its weights.
 * `path` is overwritten.
 */
export async function writeKerasH5({ network, weights }: WeightedNetwork, path: string): Promise<void> {
  // Only now: it takes a second and hundreds of megabytes.
  const { File: Hdf5File, ready } = await import('h5wasm/node')
  const library = await ready
  library.activate_throwing_error_handler()
  const file = new Hdf5File(path, 'w')
  try {
    file.create_attribute('model_config', JSON.stringify(kerasConfiguration(network)))
    file.create_attribute('keras_version', kerasVersion)
    file.create_attribute('backend', 'tensorflow')
    const group = file.create_group('model_weights')
    group.create_attribute('layer_names', network.layers.map(({ name }) => name))
    group.create_attribute('keras_version', kerasVersion)
    group.create_attribute('backend', 'tensorflow')
    const specifications = weightSpecifications(network)
    for (const { name } of network.layers) {
      const layerGroup = group.create_group(name)
      const names = (specifications.get(name) ?? []).map((specification) => specification.name)
      // Keras wants the list also where it is empty; as there, an empty list is an empty array of floats.
      layerGroup.create_attribute('weight_names', names.length === 0 ? new Float64Array() : names.map((weight) => `${name}/${weight}:0`))
      if (names.length > 0) writeWeights(layerGroup.create_group(name), names, weights.get(name)!)
    }
  } finally {
    file.close()
  }
}

function writeWeights(group: Group, names: readonly string[], tensors: NonNullable<ReturnType<WeightedNetwork['weights']['get']>>): void {
  for (const name of names) {
    const { shape, data } = tensors[name]!
    group.create_dataset({ name: `${name}:0`, data, shape: [...shape] })
  }
}
