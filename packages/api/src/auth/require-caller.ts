import { GraftError } from '@graft/contracts/errors'
import type { Caller } from './caller.ts'

/**
 * Lets one of the kinds through.
 *
 * @throws GraftError `unauthorized` for nobody, `forbidden` for a known caller of another kind.
 */
export function requireCaller<Kind extends Caller['kind']>(caller: Caller | null, ...kinds: readonly Kind[]): Extract<Caller, { kind: Kind }> {
  if (caller === null) {
    throw new GraftError('unauthorized', 'An access token is needed.', { hint: 'Sign in with a user token, or send it as `Authorization: Bearer …`.' })
  }
  if (isOneOf(caller, kinds)) return caller
  throw new GraftError('forbidden', `A ${caller.kind} token may not do this.`, { hint: `A ${kinds.join(' or ')} token is needed.` })
}

const isOneOf = <Kind extends Caller['kind']>(caller: Caller, kinds: readonly Kind[]): caller is Extract<Caller, { kind: Kind }> => kinds.some((kind) => kind === caller.kind)
