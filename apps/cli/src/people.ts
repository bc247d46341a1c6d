import type { Command } from 'commander'
import { GraftError } from '@graft/contracts/errors'
import type { PersonView } from '@graft/contracts/views'
import { parseNumber } from './input.ts'
import { connect } from './server-client.ts'
import { renderTable } from './table.ts'
import { print, printJson } from './terminal.ts'

export interface PersonOptions {
  weight?: string
  running?: string
  queued?: string
  administrator?: boolean
}

/** Prints everyone who may use the server. */
export async function listPeople(options: { json?: boolean }, command: Command): Promise<void> {
  const people = await connect(command).call((api) => api.person.list.query())
  if (options.json) return printJson(people)
  printPeople(people)
}

export async function addPerson(name: string, options: PersonOptions, command: Command): Promise<void> {
  const person = { name, ...changeOf(options) }
  printPeople([await connect(command).call((api) => api.person.add.mutate(person))])
  print(`\nGive them a token: graft tokens add NAME --person ${name}`)
}

export async function setPerson(name: string, options: PersonOptions, command: Command): Promise<void> {
  const change = changeOf(options)
  if (Object.keys(change).length === 0) throw new GraftError('invalid_input', 'Nothing to change.', { hint: 'Give --weight, --running, --queued or --administrator.' })
  printPeople([await connect(command).call((api) => api.person.set.mutate({ name, ...change }))])
}

function changeOf({ weight, running, queued, administrator }: PersonOptions) {
  return {
    ...(weight === undefined ? {} : { weight: parseNumber('--weight', weight) }),
    ...(running === undefined ? {} : { maximumRunning: parseQuota('--running', running) }),
    ...(queued === undefined ? {} : { maximumQueued: parseQuota('--queued', queued) }),
    ...(administrator === undefined ? {} : { administrator }),
  }
}

const parseQuota = (option: string, text: string): number | null => (text === 'unlimited' ? null : parseNumber(option, text))

function printPeople(people: readonly PersonView[]): void {
  const of = (count: number, quota: number | null): string => (quota === null ? String(count) : `${count} of ${quota}`)
  print(
    renderTable(
      [{ title: 'person' }, { title: 'weight', align: 'right' }, { title: 'running', align: 'right' }, { title: 'queued', align: 'right' }, { title: 'rights' }],
      people.map(({ name, weight, running, maximumRunning, queued, maximumQueued, administrator }) => [name, String(weight), of(running, maximumRunning), of(queued, maximumQueued), administrator ? 'administrator' : '']),
    ),
  )
}
