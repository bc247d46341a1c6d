import type { Command } from 'commander'
import { GraftError } from '@graft/contracts/errors'
import { connect } from './server-client.ts'
import { renderTable } from './table.ts'
import { print, printJson, remark } from './terminal.ts'

/** Prints the tokens of people and workers. */
export async function listTokens(options: { json?: boolean }, command: Command): Promise<void> {
  const tokens = await connect(command).call((api) => api.token.list.query())
  if (options.json) return printJson(tokens)
  print(
    renderTable(
      [{ title: 'token' }, { title: 'id' }, { title: 'of' }, { title: 'last used' }, { title: 'state' }],
      tokens.map(({ name, id, kind, person, lastUsedAt, revokedAt }) => [name, id, person ?? (kind === 'worker' ? 'workers' : ''), lastUsedAt === null ? 'never' : lastUsedAt.toISOString().slice(0, 16).replace('T', ' '), revokedAt === null ? '' : 'revoked']),
    ),
  )
}

/** Makes a token and prints it alone on stdout. */
export async function addToken(name: string, { person, worker }: { person?: string; worker?: boolean }, command: Command): Promise<void> {
  if ((person === undefined) === (worker === undefined)) throw new GraftError('invalid_input', 'Whose token is it to be?', { hint: 'Give either --person NAME or --worker.' })
  const { token } = await connect(command).call((api) => api.token.add.mutate(person === undefined ? { kind: 'worker', name } : { kind: 'user', name, person }))
  print(token)
  remark('The server keeps only its hash: this is the only time that it is shown.')
}

export async function revokeToken(id: string, command: Command): Promise<void> {
  await connect(command).call((api) => api.token.revoke.mutate({ id }))
  print('Revoked.')
}
