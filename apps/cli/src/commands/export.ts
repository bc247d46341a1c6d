import type { Command } from 'commander'

/** `graft export TRIAL`: a trained model as files. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('write the trained model: ONNX with the preprocessing inside, labels, and a model card')
    .argument('<trial>', 'id of a finished trial')
    .option('-o, --out <folder>', 'where to (default: a folder named after dataset, model and seed)')
    .action(async (trial: string, options: { out?: string }, command: Command) => (await import('../export-trial.ts')).exportTrial(trial, options, command))
}
