/** Whom single-user mode's own browser, and all that was there before there were people, belong to. */
export const defaultPersonId = 'default'

/** A person who asks. `local`: by a browser on the server's own machine, in single-user mode. */
export interface UserCaller {
  kind: 'user'
  by: 'token' | 'session' | 'local'
  personId: string
  administrator: boolean
}
export type Caller = UserCaller | { kind: 'worker'; tokenId: string }

/** What of a request says who asks and from where. */
export interface Credentials {
  method: string
  authorization: string | null
  cookie: string | null
  host: string | null
  origin: string | null
  /** `Sec-Fetch-Site`: where a browser says that the request comes from. */
  fetchSite: string | null
}

export function credentialsOf(request: Request): Credentials {
  const header = (name: string): string | null => request.headers.get(name)
  return { method: request.method, authorization: header('authorization'), cookie: header('cookie'), host: header('host') ?? new URL(request.url).host, origin: header('origin'), fetchSite: header('sec-fetch-site') }
}
