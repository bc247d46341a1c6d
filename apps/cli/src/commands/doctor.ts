import type { Command } from 'commander'

/** `graft doctor`: what of this machine is usable, and why the rest is not. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('say what of this machine is usable: devices, folders, the server; and why the rest is not')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }, command: Command) => (await import('../doctor.ts')).doctor(options, command))
}
