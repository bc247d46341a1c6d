import type { Command } from 'commander'
import type { WriteFeaturesOptions } from './write-features.ts'

/** `graft features FOLDER|IMAGE`: what a network sees in images, as a NumPy file, without a server. */
export function registerFeaturesCommand(program: Command): void {
  program
    .command('features')
    .description('write the features of images at a layer of a model as a NumPy file, without a server')
    .argument('<path>', 'an image, or a folder: every image in it and in its subfolders')
    .requiredOption('-m, --model <id>', 'model; see `graft models`')
    .requiredOption('-o, --out <file>', 'the .npy file; the list of images goes beside it')
    .option('--weights <file>', 'weight file for the model: .h5, .weights.h5, .keras or .safetensors')
    .option('--device <device>', 'what computes: cpu, webgpu, cuda or tensorflow; `graft doctor` says which are usable', 'cpu')
    .option('--layer <name>', "Keras name of the layer (default: the one before the model's global pooling)")
    .option('--pooling <kind>', 'average or max over the image, or none: the whole activation, channels last', 'average')
    .action(async (path: string, options: WriteFeaturesOptions) => (await import('./write-features.ts')).writeFeatures(path, options))
}
