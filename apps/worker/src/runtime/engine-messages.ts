import type { ErrorReport } from '@graft/contracts/errors'
import type { RuntimeTensor } from '@graft/core/runtime/runtime-tensor'

/** What the engine's thread is started with. */
export interface EngineOptions { threads?: number; device?: string }

/** What it is asked. Every request gets one answer with its `id`. */
export type EngineRequest =
  | { id: number; kind: 'create'; session: number; model: Uint8Array }
  | { id: number; kind: 'run'; session: number; feeds: Record<string, RuntimeTensor> }
  | { id: number; kind: 'hold'; session: number; values: Record<string, RuntimeTensor> }
  | { id: number; kind: 'held'; session: number; names: readonly string[] }
  | { id: number; kind: 'dispose'; session: number }

export type EngineAnswer =
  | { id: number; outputs?: Record<string, RuntimeTensor> }
  | { id: number; error: ErrorReport }
  /** The first message: the runtime is there. */
  | { ready: { name: string; device: string; versions: Readonly<Record<string, string>> } }

/** Bytes of their own, also of a Buffer, whose `slice` would share them. */
export const ownBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

const copyOf = (data: RuntimeTensor['data']): RuntimeTensor['data'] => (data instanceof Uint8Array ? ownBytes(data) : data.slice())

/** Copies of tensors in buffers of their own, and those buffers: to be handed over to another thread without a further copy. */
export function detachable(tensors: Readonly<Record<string, RuntimeTensor>>): { tensors: Record<string, RuntimeTensor>; buffers: ArrayBuffer[] } {
  const copies = Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, data: copyOf(tensor.data) } as RuntimeTensor] as const)
  return { tensors: Object.fromEntries(copies), buffers: copies.map(([, { data }]) => data.buffer as ArrayBuffer) }
}
