import type { Command } from 'commander'
import type { TrainFolderOptions } from './train-folder.ts'

/** `graft train FOLDER`: one trial on this machine, without a server. */
export function registerTrainCommand(program: Command): void {
  program
    .command('train')
    .description('train a model on a folder of images and write its results, without a server')
    .argument('<folder>', 'class subfolders; or train/, validate/, test/ with class subfolders in each')
    .requiredOption('-m, --model <id>', 'model; see `graft models`')
    .requiredOption('-o, --out <folder>', 'folder for the results; must be empty or new')
    .option('--weights <file>', 'weight file for the model: .h5, .weights.h5, .keras or .safetensors')
    .option('-r, --recipe <recipe>', 'a preset (seed-study, linear-probe, seed-study-fine-tuning-vgg, …) or a YAML file (default: seed-study)')
    .option('--epochs <number>', "epochs instead of the recipe's, in every phase; 20,5 phase by phase")
    .option('--batch-size <number>', "batch size instead of the recipe's, likewise")
    .option('--optimizer <name>', "optimizer instead of the recipe's, likewise")
    .option('--learning-rate <number>', "learning rate instead of the recipe's, likewise; ,1e-5 only in the second phase")
    .option('-f, --format <names>', 'what the model is written as: onnx, keras (.h5), tfjs, safetensors; several with commas (default: onnx)')
    .option('--device <device>', 'what computes: cpu, webgpu, cuda or tensorflow; `graft doctor` says which are usable', 'cpu')
    .option('-s, --seed <number>', 'seed of weights, order and dropout', '0')
    .option('--split <rule>', 'auto, 80/10/10, seed-study or folders', 'auto')
    .option('--split-seed <number>', 'seed of the split', '0')
    .option('--no-validation', 'train on the validation images, too; the last epoch is kept instead of the best')
    .option('--overwrite', 'write into a folder that is not empty')
    .option('--resume', 'go on from the last checkpoint in the folder, with the same options as before')
    .option('--json', 'print summary.json')
    .action(async (folder: string, options: TrainFolderOptions) => (await import('./train-folder.ts')).trainFolder(folder, options))
}
