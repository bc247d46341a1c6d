import { buildNetwork } from '@graft/core/network/build'
import { summarize } from '@graft/core/network/summary'
import { catalog } from '@graft/core/weights/catalog'
import { requireKnown } from './suggest.ts'
import { print } from './terminal.ts'

/** Prints the layers of a model of the catalog. */
export function showModel(id: string, options: { top?: boolean }): void {
  requireKnown('model', id, catalog.map((entry) => entry.model.id))
  const { model } = catalog.find((entry) => entry.model.id === id)!
  print(summarize(buildNetwork({ architecture: model.architecture, alpha: model.alpha, inputSize: model.preprocessing.inputSize, includeTop: options.top ?? false })))
}
