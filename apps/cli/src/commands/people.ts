import type { Command } from 'commander'
import type { PersonOptions } from '../people.ts'

const described = (command: Command): Command =>
  command
    .argument('<name>', 'how the person is called')
    .option('--weight <number>', 'share of the workers, relative to other people (1 at first)')
    .option('--running <number>', 'trials at once at most, or `unlimited`')
    .option('--queued <number>', 'trials in the queue at most, or `unlimited`')

/** `graft people`: who uses the server, and how much of it. */
export function addPeopleCommand(program: Command): void {
  const people = program.command('people').description('who uses the server: shares of the workers and quotas')
  people
    .command('list', { isDefault: true })
    .description('list people with what they have running and queued')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }, command: Command) => (await import('../people.ts')).listPeople(options, command))
  described(people.command('add').description('make a person; `graft tokens add --person` gives them their token'))
    .option('--administrator', 'may make people and tokens and control workers')
    .action(async (name: string, options: PersonOptions, command: Command) => (await import('../people.ts')).addPerson(name, options, command))
  described(people.command('set').description('change a person; what is not given stays'))
    .option('--administrator', 'may make people and tokens and control workers')
    .option('--no-administrator', 'may do so no more')
    .action(async (name: string, options: PersonOptions, command: Command) => (await import('../people.ts')).setPerson(name, options, command))
}
