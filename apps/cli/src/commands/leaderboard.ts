import type { Command } from 'commander'

/** `graft leaderboard`: datasets x models with their uncertainty. */
export function addLeaderboardCommand(program: Command): void {
  program
    .command('leaderboard')
    .description('accuracy of every model on every dataset, with its 95% interval over seeds and test images')
    .option('-r, --recipe <name>', 'only this recipe')
    .option('--csv', 'as CSV')
    .option('--json', 'as JSON: a list of cells')
    .action(async (options: { recipe?: string; csv?: boolean; json?: boolean }, command: Command) => (await import('../show-leaderboard.ts')).showLeaderboard(options, command))
}
