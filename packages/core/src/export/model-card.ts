import type { DatasetManifest, Split } from '@graft/contracts/dataset'
import type { ModelDescription, WeightsInfo } from '@graft/contracts/model'
import type { Phase, Recipe } from '@graft/contracts/recipe'
import type { Augmentation } from '@graft/contracts/recipe/augmentation'
import type { OptimizerRecipe } from '@graft/contracts/recipe/optimizer'
import type { ExportFormat, Score, TrialSummary } from '@graft/contracts/trial'
import { kerasExample, nodeExample, pythonExample } from './usage-examples.ts'

export interface ModelCardFacts {
  model: ModelDescription
  /** Null for a baseline from scratch. */
  weights: WeightsInfo | null
  datasetName: string
  manifest: DatasetManifest
  recipe: Recipe
  seed: number
  summary: TrialSummary
  /** Test images on which the exported file was run again, and its largest difference from the recorded probabilities. */
  rescored: { accuracy: number; largestDifference: number }
  formats: readonly ExportFormat[]
}

/** What a model card says (Mitchell et al. 2019, "Model Cards for Model Reporting"): what it is, from what, how good, how to run it. */
export function modelCard(facts: ModelCardFacts): string {
  const { model, manifest } = facts
  const [height, width] = model.preprocessing.inputSize
  return [
    `# ${escaped(facts.datasetName)}: ${escaped(model.name)}`,
    `An image classifier for ${manifest.classes.length} classes, ${origin(facts)} with Graft.`,
    '## Results',
    resultsTable(facts.summary),
    ...viewsNote(facts.recipe),
    `What is exported (${facts.formats.join(', ')}) was run again on the test images before it was written: accuracy ${percent(facts.rescored.accuracy)}, the largest difference of a probability from what the trial recorded is ${facts.rescored.largestDifference === 0 ? '0' : facts.rescored.largestDifference.toExponential(1)}. The interval says how much chance there is in a test of this size; it says nothing of pictures of another kind.`,
    '## Use',
    `Before all, turn the image upright (EXIF) and stretch it to ${width} x ${height} pixels, ${resizing(model)}. Outputs are the probability of each class in the order of \`labels.txt\`.`,
    ...facts.formats.map((format) => usages[format](facts)),
    '## Data',
    dataSection(facts),
    '## Training',
    trainingSection(facts),
    '## Weights and licence',
    licenceSection(facts),
  ].join('\n\n').concat('\n')
}

function origin({ model, recipe }: ModelCardFacts): string {
  if (!model.pretrained) return 'trained from scratch'
  return recipe.phases.some(({ kind }) => kind === 'fine-tuning') ? 'a pretrained network with a new head, fine-tuned' : 'a new head on a pretrained network, trained by transfer learning'
}

/** How a file of each format is used. */
const usages: Readonly<Record<ExportFormat, (facts: ModelCardFacts) => string>> = {
  onnx: ({ model: { preprocessing }, manifest }) =>
    [
      `**ONNX.** \`model.onnx\` takes \`images\`: uint8, [N, ${preprocessing.inputSize.join(', ')}, 3], RGB, 0 to 255, and gives \`output\`: float32, [N, ${manifest.classes.length}]. Normalisation (mode \`${preprocessing.mode}\`) is inside the graph.`,
      `Python (\`pip install onnxruntime pillow numpy\`):\n\n\`\`\`python\n${pythonExample('model.onnx', preprocessing)}\n\`\`\``,
      `Node (\`npm install onnxruntime-node sharp\`):\n\n\`\`\`js\n${nodeExample('model.onnx', preprocessing)}\n\`\`\``,
    ].join('\n\n'),
  keras: ({ model: { preprocessing } }) =>
    `**Keras.** \`model.h5\` is a whole Keras model that takes float32, [N, ${preprocessing.inputSize.join(', ')}, 3], RGB, 0 to 255; normalisation is its first layer:\n\n\`\`\`python\n${kerasExample('model.h5', preprocessing)}\n\`\`\``,
  tfjs: ({ model: { preprocessing } }) =>
    `**TensorFlow.js.** \`tfjs/model.json\` with \`weights.bin\` beside it is a layers model that takes float32, [N, ${preprocessing.inputSize.join(', ')}, 3], RGB, 0 to 255: \`const model = await tf.loadLayersModel('tfjs/model.json'); model.predict(tf.browser.fromPixels(image).toFloat().expandDims())\`.`,
  safetensors: ({ model: { preprocessing } }) =>
    `**safetensors.** \`model.safetensors\` holds the weights of the whole network as float32, called \`layer/weight\` with Keras's names and in Keras's layouts; normalisation (mode \`${preprocessing.mode}\`) is not in it.`,
}

/** What is exported sees one view of an image. */
function viewsNote({ testTimeAugmentation }: Recipe): string[] {
  if (testTimeAugmentation === undefined) return []
  return [`These figures are of test-time augmentation: the mean of the probabilities over ${testTimeAugmentation.views} views of each image (the image, its mirror image, shifted ones). The exported files look at an image once; their own accuracy is the one below. To get the figures above, average the outputs over such views.`]
}

function resultsTable(summary: TrialSummary): string {
  return ['| part | images | accuracy | 95% interval (Wilson) | loss |', '|---|---|---|---|---|', resultsRow('test', summary.test), resultsRow('validation', summary.validation)].join('\n')
}

function resultsRow(name: string, score: Score): string {
  if (score.images === 0) return `| ${name} | 0 | - | - | - |`
  return `| ${name} | ${score.images} | ${percent(score.accuracy)} | ${percent(score.interval[0])} to ${percent(score.interval[1])} | ${score.loss.toFixed(3)} |`
}

function resizing(model: ModelDescription): string {
  return model.preprocessing.interpolation === 'bilinear' ? 'antialiased bilinear as Pillow does it' : 'nearest neighbour'
}

function dataSection({ datasetName, manifest }: ModelCardFacts): string {
  const count = (split: Split, classIndex?: number): number => manifest.images.filter((image) => image.split === split && (classIndex === undefined || image.classIndex === classIndex)).length
  return [
    `Dataset ${escaped(datasetName)}, version \`${manifest.fingerprint}\` (split ${manifest.splitRule}, seed ${manifest.seed}).`,
    '',
    '| class | train | validation | test |',
    '|---|---|---|---|',
    ...manifest.classes.map((name, index) => `| ${escaped(name)} | ${count('train', index)} | ${count('validation', index)} | ${count('test', index)} |`),
    `| all | ${count('train')} | ${count('validation')} | ${count('test')} |`,
  ].join('\n')
}

function trainingSection({ recipe, seed, summary, model }: ModelCardFacts): string {
  const layers = recipe.head.dense.map((layer) => `Dense ${layer.units} ${layer.activation}${layer.dropout > 0 ? `, dropout ${layer.dropout}` : ''}`)
  const head = [`${recipe.head.pooling} pooling`, ...layers, 'softmax'].join(', ')
  const { environment, timings } = summary
  return [
    `- Recipe: ${escaped(recipe.name)}, seed ${seed}`,
    ...(model.pretrained ? [`- Pretrained: ${model.architecture} up to \`${model.featureLayer}\`; head: ${head}`] : [`- Network: ${model.architecture}`]),
    ...recipe.phases.map((phase, index) => phaseText(phase, model.pretrained, summary.phases?.[index]?.epochs ?? summary.epochs)),
    `- The weights of epoch ${summary.bestEpoch} of ${summary.epochs} were kept`,
    ...(recipe.augmentation === undefined ? [] : [`- Augmentation: ${augmentationText(recipe.augmentation)}`]),
    `- Parameters: ${summary.parameters.total.toLocaleString('en')}, of which trained ${summary.parameters.trainable.toLocaleString('en')}`,
    `- Seconds: decoding ${timings.decode.toFixed(1)}, features ${timings.extraction.toFixed(1)}, training ${timings.training.toFixed(1)}, scoring ${timings.evaluation.toFixed(1)}; ${timings.total.toFixed(1)} in all on ${escaped(environment.cpu)} (${environment.device})`,
    `- SHA-256 of the trained weights: \`${summary.weightsSha256}\``,
  ].join('\n')
}

function phaseText(phase: Phase, isPretrained: boolean, epochs: number): string {
  const { kind, optimizer, batchSize } = phase
  const unfrozen = kind === 'fine-tuning' ? `, unfrozen ${phase.unfreeze === 'all' ? 'all layers' : `from ${Object.entries(phase.unfreeze).flat().join(' ')} up`}, batch normalization ${phase.batchNormalization}` : ''
  return `- ${kind === 'fine-tuning' ? 'Fine-tuning' : isPretrained ? 'Feature extraction' : 'Training'}${unfrozen}: ${optimizerText(optimizer)}, batch ${batchSize}, ${epochs} epochs`
}

function augmentationText(augmentation: Augmentation): string {
  return Object.entries(augmentation).map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(', ')
}

function optimizerText(optimizer: OptimizerRecipe): string {
  const { name, ...settings } = optimizer
  return `${name} (${Object.entries(settings).map(([key, value]) => `${key} ${String(value)}`).join(', ')})`
}

function licenceSection({ weights }: ModelCardFacts): string {
  if (weights === null) return 'No pretrained weights: everything was learned from the dataset, whose terms apply.'
  return `Pretrained weights: ${escaped(weights.source)} (SHA-256 \`${weights.sha256}\`), trained on ${escaped(weights.trainedOn)}, licence ${escaped(weights.licence)}. They are part of the exported file, so their licence applies to it, as do the dataset's terms.`
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`
/** Names come from people: nothing in them may act as Markdown or HTML. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>#|!&]/g, (character) => `\\${character}`)
