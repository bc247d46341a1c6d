import type { Layer, Network } from './description.ts'
import { kerasClassName } from './keras-class-name.ts'
import { elementCount } from './output-shape.ts'
import { countParameters } from './parameters.ts'
import { layerShapes } from './shapes.ts'
import { weightSpecifications } from './weight-specifications.ts'

const bytesPerParameter = 4

/**
 * The table that Keras's `model.summary()` prints, with columns as wide as they need to be. Networks that branch have the column `Connected to`, as
 * there. Sizes are of float32 weights.
 */
export function summarize(network: Network): string {
  const branches = !isChain(network.layers)
  const header = ['Layer (type)', 'Output Shape', 'Param #', ...(branches ? ['Connected to'] : [])]
  const shapes = layerShapes(network)
  const specifications = weightSpecifications(network)
  const rows = network.layers.map((layer) => {
    const parameters = (specifications.get(layer.name) ?? []).reduce((sum, weight) => sum + elementCount(weight.shape), 0)
    const connections = layer.inputs.map((input) => `${input}[0][0]`).join(', ') || '-'
    return [`${layer.name} (${kerasClassName(layer)})`, `(None, ${(shapes.get(layer.name) ?? []).join(', ')})`, grouped(parameters), ...(branches ? [connections] : [])]
  })
  const { total, trainable, nonTrainable } = countParameters(network)
  return [
    `Model: "${network.name}"`,
    ...table(header, rows),
    ` Total params: ${sized(total)}`,
    ` Trainable params: ${sized(trainable)}`,
    ` Non-trainable params: ${sized(nonTrainable)}`,
  ].join('\n')
}

/** Every layer takes the one before it. */
function isChain(layers: readonly Layer[]): boolean {
  return layers.every((layer, index) => (index === 0 ? layer.inputs.length === 0 : layer.inputs.length === 1 && layer.inputs[0] === layers[index - 1]?.name))
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const rule = (left: string, line: string, middle: string, right: string): string => left + widths.map((width) => line.repeat(width + 2)).join(middle) + right
  const cells = (row: readonly string[], edge: string): string =>
    edge + row.map((cell, column) => ` ${column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)} `).join(edge) + edge
  const lines = rows.flatMap((row, index) => (index === 0 ? [cells(row, '│')] : [rule('├', '─', '┼', '┤'), cells(row, '│')]))
  return [rule('┏', '━', '┳', '┓'), cells(header, '┃'), rule('┡', '━', '╇', '┩'), ...lines, rule('└', '─', '┴', '┘')]
}

function sized(parameters: number): string {
  let size = parameters * bytesPerParameter
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${grouped(parameters)} (${size.toFixed(2)} ${units[unit]})`
}

/** `14,714,688`. */
function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
