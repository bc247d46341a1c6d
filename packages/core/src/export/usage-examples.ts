import type { Preprocessing } from '@graft/contracts/model'

/** A complete Python program that classifies one image. `run`: the lines that leave `probabilities` of the upright, resized `image`. */
function pythonProgram(imports: string, run: string, preprocessing: Preprocessing): string {
  const [height, width] = preprocessing.inputSize
  const filter = preprocessing.interpolation === 'bilinear' ? 'BILINEAR' : 'NEAREST'
  return `import sys
import ${imports}
from PIL import Image, ImageOps

labels = open("labels.txt", encoding="utf-8").read().splitlines()
image = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB").resize((${width}, ${height}), Image.Resampling.${filter})
${run}
for index in probabilities.argsort()[::-1][:5]:
    print(f"{labels[index]}: {probabilities[index]:.4f}")`
}

/** For the ONNX file. */
export function pythonExample(fileName: string, preprocessing: Preprocessing): string {
  const run = `session = onnxruntime.InferenceSession("${fileName}")
probabilities = session.run(["output"], {"images": numpy.asarray(image)[None]})[0][0]`
  return pythonProgram('numpy, onnxruntime', run, preprocessing)
}

/** For the whole Keras model in HDF5. */
export function kerasExample(fileName: string, preprocessing: Preprocessing): string {
  const run = `model = keras.models.load_model("${fileName}")
probabilities = model.predict(numpy.asarray(image, dtype="float32")[None])[0]`
  return pythonProgram('keras, numpy', run, preprocessing)
}

/** The ONNX file's program for Node. */
export function nodeExample(fileName: string, preprocessing: Preprocessing): string {
  const [height, width] = preprocessing.inputSize
  const kernel = preprocessing.interpolation === 'bilinear' ? 'linear' : 'nearest'
  return `import { readFileSync } from 'node:fs'
import ort from 'onnxruntime-node'
import sharp from 'sharp'

const labels = readFileSync('labels.txt', 'utf8').trimEnd().split('\\n')
const pixels = await sharp(process.argv[2]).autoOrient().flatten({ background: '#ffffff' }).toColourspace('srgb')
  .resize(${width}, ${height}, { fit: 'fill', kernel: '${kernel}', fastShrinkOnLoad: false }).raw().toBuffer()
const session = await ort.InferenceSession.create('${fileName}')
const { output } = await session.run({ images: new ort.Tensor('uint8', pixels, [1, ${height}, ${width}, 3]) })
const ranked = [...output.data].map((probability, index) => ({ label: labels[index], probability })).sort((a, b) => b.probability - a.probability)
console.log(ranked.slice(0, 5))`
}
