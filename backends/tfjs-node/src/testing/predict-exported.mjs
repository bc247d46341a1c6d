// Loads a tfjs model.json as anybody would, with the package of an installation: arguments are its folder, the package, the model's
// folder, the shape; float32 come by stdin, the probabilities go to stdout.
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'

const [folder, packageName, modelFolder, shape] = process.argv.slice(2)
const tf = createRequire(`${folder}/package.json`)(packageName)
const model = await tf.loadLayersModel(`file://${modelFolder}/model.json`)
const bytes = readFileSync(0)
const input = tf.tensor(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)), JSON.parse(shape))
writeFileSync(1, new Uint8Array(model.predict(input).dataSync().buffer))
