import onnxProto from 'onnx-proto'

/**
 * The model with key-value pairs in its `metadata_props`, which onnxruntime shows as custom metadata. Protocol buffers that
 * stand one after the other are read as one message, so that a large model need not be decoded for it.
 */
export function withMetadata(model: Uint8Array, metadata: Readonly<Record<string, string>>): Uint8Array {
  const { ModelProto } = onnxProto.onnx
  const metadataProps = Object.entries(metadata).map(([key, value]) => ({ key, value }))
  const addition = ModelProto.encode(ModelProto.create({ metadataProps })).finish()
  const whole = new Uint8Array(model.length + addition.length)
  whole.set(model)
  whole.set(addition, model.length)
  return whole
}
