import { buildNetwork } from '../src/network/build.ts'
import { createOnnxRuntime } from '../src/runtime/onnx/onnx-runtime.ts'
import { initializeWeights } from '../src/weights/initialize.ts'
import { startKeras } from './keras-process.ts'
import { median } from './median.ts'
import { peakMemoryLine } from './peak-memory.ts'

/** Pooled trunk features: Graft (from bytes, preprocessing included) and Keras (from floats) in turns on the same cores. `npm run bench -- trunk-features [MODEL …]`. */
const batch = 16
const rounds = 7
const trunks = [
  { architecture: 'VGG16', size: 224, mode: 'caffe' },
  { architecture: 'ResNet50', size: 224, mode: 'caffe' },
  { architecture: 'InceptionV3', size: 299, mode: 'tf' },
  { architecture: 'Xception', size: 299, mode: 'tf' },
  { architecture: 'MobileNetV2', size: 224, mode: 'tf' },
] as const

const runtime = await createOnnxRuntime()
const wanted = process.argv.slice(2)
for (const { architecture, size, mode } of trunks) {
  if (wanted.length > 0 && !wanted.includes(architecture)) continue
  const network = buildNetwork({ architecture, inputSize: [size, size], includeTop: false })
  const session = await runtime.openForward(network, initializeWeights(network, 0), { preprocessing: { mode, inputSize: [size, size], interpolation: 'bilinear' }, pooling: 'average' })
  const shape = [batch, size, size, 3]
  const images = { type: 'uint8' as const, shape, data: Uint8Array.from({ length: batch * size * size * 3 }, (_, index) => (index * 2_654_435_761) >>> 24) }
  const keras = await startKeras('time_forward.py', [architecture, size, batch])
  await session.run(images)
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    await session.run(images)
    ours.push((performance.now() - began) / batch)
    if (keras !== null) theirs.push((await keras.measure()) / batch)
  }
  const comparison = keras === null ? '(no Keras here: set GRAFT_PARITY_PYTHON)' : `Keras ${median(theirs).toFixed(2)}: ${median(theirs.map((time, round) => time / ours[round]!)).toFixed(2)}x`
  console.log(`trunk features, ${architecture}, batch ${batch}, ms an image: Graft ${median(ours).toFixed(2)} (${(1000 / median(ours)).toFixed(0)} a second), ${comparison}`)
  console.log(`  ${peakMemoryLine({ Keras: keras?.peakMemory() })}`)
  keras?.close()
  await session.dispose()
}
