import type { Command } from 'commander'

/** `graft export TRIAL`: a trained model as files. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('write the trained model as files that were run again on the test images, with labels and a model card')
    .argument('<trial>', 'id of a finished trial')
    .option('-o, --out <folder>', 'where to (default: a folder named after dataset, model and seed)')
    .option('-f, --format <names>', 'onnx, keras (.h5), tfjs, safetensors; several with commas (default: onnx)')
    .action(async (trial: string, options: { out?: string; format?: string }, command: Command) => (await import('../export-trial.ts')).exportTrial(trial, options, command))
}
