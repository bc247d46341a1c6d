import type { Command } from 'commander'
import type { PredictOptions } from '../predict-images.ts'

/** `graft predict IMAGE...`: classify images with a trained model. */
export function addPredictCommand(program: Command): void {
  program
    .command('predict')
    .description('classify images with the model of a trial, or with the best one')
    .argument('<image...>', 'image files')
    .option('-t, --trial <id>', 'the model of this trial; several times: the mean of their probabilities', (id: string, before: string[] = []) => [...before, id])
    .option('-d, --dataset <name>', 'the best model of this dataset')
    .option('--json', 'as JSON')
    .action(async (images: string[], options: PredictOptions, command: Command) => (await import('../predict-images.ts')).predictImages(images, options, command))
}
