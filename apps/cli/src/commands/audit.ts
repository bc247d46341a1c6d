import type { Command } from 'commander'

/** `graft audit`: what people changed. */
export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description('what people changed: who, what, when')
    .option('--limit <number>', 'so many of the newest', '50')
    .option('--json', 'as JSON, with what was given')
    .action(async (options: { limit: string; json?: boolean }, command: Command) => (await import('../show-audit.ts')).showAudit(options, command))
}
