import onnxProto from 'onnx-proto'
import type { onnx as Onnx } from 'onnx-proto'

const { onnx } = onnxProto

/** ONNX element types by the names that `RuntimeTensor` uses. */
const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const
export type ElementType = keyof typeof elementTypes

/** A length, or the name of one that is known only when the graph runs (`N`). */
export type Dimension = number | string

/** A whole number or a list of them, text, floating-point numbers or a graph. */
export type Attribute = number | readonly number[] | string | { readonly float: number } | { readonly floats: readonly number[] } | { readonly graph: OnnxGraph }

/** onnxruntime's operators on images in blocks of channels. */
export const blockedOperators = 'com.microsoft.nchwc'
type OperatorDomain = 'com.microsoft' | typeof blockedOperators

export interface NodeOptions {
  /** `com.microsoft` for onnxruntime's own operators, `com.microsoft.nchwc` for those on images in blocks of channels (CPU only); default ONNX's. */
  readonly domain?: OperatorDomain
}

const irVersion = 8
const opsetVersion = 17

/**
 * Builds one ONNX graph node by node. Values are named by the strings that the methods return; an empty string stands for an
 * optional input that is left out. Subgraphs (the body of a Loop) see the values and constants of the graph around them.
 */
export class OnnxGraph {
  private readonly inputs: Onnx.IValueInfoProto[] = []
  private readonly outputs: Onnx.IValueInfoProto[] = []
  private readonly operations: Onnx.INodeProto[] = []
  private readonly initializers: Onnx.ITensorProto[] = []
  private readonly shared = new Map<string, string>()
  /** Values of this graph that became outputs, by the name that they had before. */
  private readonly outputNames = new Map<string, string>()
  private count = 0
  private usesBlocks = false
  private readonly name: string
  private readonly parent: OnnxGraph | null

  constructor(name: string, parent: OnnxGraph | null = null) {
    this.name = name
    this.parent = parent
  }

  /** Declares an input of the graph; `shape` null leaves even the rank open. */
  input(name: string, type: ElementType, shape: readonly Dimension[] | null): string {
    this.inputs.push(valueInfo(name, type, shape))
    return name
  }

  /** Makes `value` an output of the graph under `name`. A value is renamed rather than copied: onnxruntime would copy it indeed. */
  output(value: string, name: string, type: ElementType, shape: readonly Dimension[] | null): void {
    const isComputedHere = this.operations.some(({ output }) => output?.includes(value))
    if (isComputedHere && !this.outputNames.has(value)) this.outputNames.set(value, name)
    else this.operations.push({ opType: 'Identity', input: [value], output: [name] })
    this.outputs.push(valueInfo(name, type, shape))
  }

  /** Adds an operator with one output and returns that output. */
  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, options: NodeOptions = {}): string {
    return this.nodes(operator, inputs, 1, attributes, options)[0]!
  }

  /** Adds an operator with `outputs` outputs. */
  nodes(operator: string, inputs: readonly string[], outputs: number, attributes: Readonly<Record<string, Attribute>> = {}, options: NodeOptions = {}): string[] {
    const names = Array.from({ length: outputs }, () => this.freshName(operator))
    if (options.domain === blockedOperators) this.root().usesBlocks = true
    this.operations.push({
      opType: operator,
      domain: options.domain ?? '',
      input: [...inputs],
      output: names,
      attribute: Object.entries(attributes).map(([name, value]) => toAttribute(name, value)),
    })
    return names
  }

  /** A constant tensor of float32. The data is copied only when the model is encoded. */
  floats(data: Float32Array, shape: readonly number[]): string {
    return this.root().addInitializer('float32', new Uint8Array(data.buffer, data.byteOffset, data.byteLength), shape)
  }

  /** A float32 constant of rank 0. Equal ones are shared. */
  scalar(value: number): string {
    return this.root().remember(`scalar ${value}`, () => this.floats(Float32Array.of(value), []))
  }

  /** A vector of int64, as Reshape, Slice and the reductions take it. Equal ones are shared. */
  integers(values: readonly number[]): string {
    return this.root().remember(`integers ${values.join()}`, () => this.root().addInitializer('int64', int64Bytes(values), [values.length]))
  }

  /** An int64 constant of rank 0. */
  integer(value: number): string {
    return this.root().remember(`integer ${value}`, () => this.root().addInitializer('int64', int64Bytes([value]), []))
  }

  /** An empty graph for an operator's body. */
  subgraph(name: string): OnnxGraph {
    return new OnnxGraph(name, this)
  }

  /** The graph as an ONNX ModelProto. */
  toModel(): Uint8Array {
    const model = onnx.ModelProto.create({
      irVersion,
      producerName: 'graft',
      opsetImport: [
        { domain: '', version: opsetVersion },
        { domain: 'com.microsoft', version: 1 },
        ...(this.usesBlocks ? [{ domain: blockedOperators, version: 1 }] : []),
      ],
      graph: this.toGraph(),
    })
    return onnx.ModelProto.encode(model).finish()
  }

  toGraph(): Onnx.IGraphProto {
    const node = this.operations.map((operation) => ({
      ...operation,
      input: operation.input!.map((value) => this.finalName(value)),
      output: operation.output!.map((value) => this.finalName(value)),
    }))
    return { name: this.name, node, initializer: this.initializers, input: this.inputs, output: this.outputs }
  }

  private finalName(value: string): string {
    return this.outputNames.get(value) ?? this.parent?.finalName(value) ?? value
  }

  private root(): OnnxGraph {
    return this.parent === null ? this : this.parent.root()
  }

  /** A name that no value of the model has. */
  freshName(stem: string): string {
    const root = this.root()
    root.count += 1
    return `${stem}_${root.count}`
  }

  private remember(key: string, make: () => string): string {
    const known = this.shared.get(key)
    if (known !== undefined) return known
    const made = make()
    this.shared.set(key, made)
    return made
  }

  private addInitializer(type: ElementType, bytes: Uint8Array, shape: readonly number[]): string {
    const name = this.freshName('constant')
    this.initializers.push({ name, dims: [...shape], dataType: elementTypes[type], rawData: bytes })
    return name
  }
}

function int64Bytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[] | null): Onnx.IValueInfoProto {
  const dimensions = shape?.map((length) => (typeof length === 'string' ? { dimParam: length } : { dimValue: length }))
  return { name, type: { tensorType: { elemType: elementTypes[type], ...(dimensions === undefined ? {} : { shape: { dim: dimensions } }) } } }
}

function toAttribute(name: string, value: Attribute): Onnx.IAttributeProto {
  const { AttributeType } = onnx.AttributeProto
  if (typeof value === 'number') return { name, i: value, type: AttributeType.INT }
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: AttributeType.STRING }
  if ('floats' in value) return { name, floats: [...value.floats], type: AttributeType.FLOATS }
  if ('float' in value) return { name, f: value.float, type: AttributeType.FLOAT }
  if ('graph' in value) return { name, g: value.graph.toGraph(), type: AttributeType.GRAPH }
  return { name, ints: [...value], type: AttributeType.INTS }
}
