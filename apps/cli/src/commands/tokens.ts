import type { Command } from 'commander'

/** `graft tokens`: what people and workers show to the server. */
export function addTokensCommand(program: Command): void {
  const tokens = program.command('tokens').description('access tokens of people and workers')
  tokens
    .command('list', { isDefault: true })
    .description('list the tokens, without what is secret of them')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => (await import('../tokens.ts')).listTokens(options, command))
  tokens
    .command('add')
    .description('make a token; it is printed once and never again')
    .argument('<name>', 'what it is for, in lists')
    .option('--person <name>', 'a token of this person')
    .option('--worker', 'a token for workers')
    .action(async (name: string, options: { person?: string; worker?: boolean }, command: Command) => (await import('../tokens.ts')).addToken(name, options, command))
  tokens
    .command('revoke')
    .description('end a token, and the browsers that signed in with it')
    .argument('<id>', 'of the token, as `graft tokens list` shows it')
    .action(async (id: string, _options: object, command: Command) => (await import('../tokens.ts')).revokeToken(id, command))
}
