import { GraftError } from '@graft/contracts/errors'
import { groupAt, namesAttribute, openHdf5 } from './hdf5-file.ts'
import { readKerasH5 } from './keras-h5.ts'
import { isKerasWeightsH5, readKerasWeightsH5 } from './keras-weights-h5.ts'
import type { StoredWeights } from './stored-weights.ts'

/** Either of Keras's two HDF5 layouts. */
export async function openKerasHdf5(path: string): Promise<StoredWeights> {
  const file = await openHdf5(path)
  const close = (): void => {
    file.close()
  }
  try {
    if (namesAttribute(groupAt(file, 'model_weights') ?? file, 'layer_names') !== null) {
      return { format: 'keras-h5', source: path, layers: readKerasH5(file, path), naming: 'layer-names', ordered: true, close }
    }
    if (isKerasWeightsH5(file)) return { format: 'keras-weights-h5', source: path, ...readKerasWeightsH5(file, path), ordered: false, close }
  } catch (cause) {
    close()
    throw cause
  }
  close()
  throw new GraftError('unsupported', `${path} is an HDF5 file, but no Keras weight file: it has neither the attribute layer_names nor a group layers.`, {
    hint: 'Save it with model.save_weights.',
  })
}
