import { emitBatchPass, type BatchPass, type BatchPassOptions } from './batch-pass.ts'
import type { ElementType, OnnxGraph } from './onnx-graph.ts'
import type { TrainableWeight } from './trainable-state.ts'

/** A value that goes from one microbatch to the next. */
interface Carried {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly initial: string
}

/**
 * A pass over a batch a few samples at a time: a Loop within the step that sums up losses and gradients, so that only one
 * microbatch's activations are alive at once. The result is that of the whole batch (but for the order of sums); batch normalization that
 * moves its statistics normalizes by each microbatch and moves them once for each.
 */
export function emitMicrobatches(body: OnnxGraph, trainable: readonly TrainableWeight[], microbatchSize: number, o: BatchPassOptions): BatchPass {
  const variables = trainable.filter(({ isStatistic }) => !isStatistic)
  const statistics = trainable.filter(({ isStatistic }) => isStatistic)
  // A weight less itself: zeros that onnxruntime does not turn into constants of the weight's size.
  const zeros = (value: string): string => body.node('Sub', [value, value])
  const sums = variables.flatMap(({ name, blocks }) =>
    blocks.map((block, index): Carried => ({ name: `${block.name}/gradient`, type: 'float32', shape: block.shape, initial: zeros(o.weights.get(name)![index]!.value) })))
  const moving = statistics.map(({ name, shape }): Carried => ({ name: `${name}/moving`, type: 'float32', shape, initial: o.weights.get(name)![0]!.value }))
  const carried: Carried[] = [
    { name: 'loss_sum', type: 'float32', shape: [], initial: body.scalar(0) },
    { name: 'hit_sum', type: 'int64', shape: [], initial: body.integer(0) },
    ...sums,
    ...moving,
  ]

  const inner = body.subgraph('microbatch')
  const iteration = inner.input('microbatch', 'int64', [])
  const condition = inner.input('microbatch_condition', 'bool', [])
  const before = carried.map(({ name, type, shape }) => inner.input(`${name}/before`, type, shape))
  const start = inner.node('Mul', [inner.node('Unsqueeze', [iteration, inner.integers([0])]), inner.integers([microbatchSize])])
  const end = inner.node('Add', [start, inner.integers([microbatchSize])])
  const ofBatch = remembered(o.rows)
  const pass = emitBatchPass(inner, {
    ...o,
    weights: new Map([...o.weights, ...statistics.map(({ name }, index) => [name, [{ value: before[2 + sums.length + index]!, rows: 1 }]] as const)]),
    rows: (value) => inner.node('Slice', [ofBatch(value), start, end, inner.integers([0])]),
  }, microbatchSize)
  const found = [pass.lossSum, pass.hits, ...variables.flatMap(({ name }) => pass.gradients.get(name)!)]
  inner.output(condition, 'microbatch_go_on', 'bool', [])
  for (const [index, { name, type, shape }] of carried.entries()) {
    const after = index < found.length ? inner.node('Add', [before[index]!, found[index]!]) : pass.updates.get(statistics[index - found.length]!.name)!
    inner.output(after, `${name}/after`, type, shape)
  }

  const last = body.node('Add', [body.node('Size', [ofBatch('order')]), body.integer(microbatchSize - 1)])
  const results = body.nodes('Loop', [body.node('Div', [last, body.integer(microbatchSize)]), '', ...carried.map(({ initial }) => initial)], carried.length, { body: { graph: inner } })
  let next = 2
  return {
    lossSum: results[0]!,
    hits: results[1]!,
    gradients: new Map(variables.map(({ name, blocks }) => [name, blocks.map(() => results[next++]!)])),
    updates: new Map(statistics.map(({ name }) => [name, results[next++]!])),
  }
}

function remembered(make: (value: string) => string): (value: string) => string {
  const known = new Map<string, string>()
  return (value) => {
    const made = known.get(value) ?? make(value)
    known.set(value, made)
    return made
  }
}
