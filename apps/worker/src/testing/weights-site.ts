import { vi } from 'vitest'
import { listen } from './listen.ts'
import { preloading } from './preload.ts'

/** Host of the official weight files. */
const host = 'https://storage.googleapis.com/'

/**
 * A local HTTP server in the place of the site that the official weight files come from; everything else goes where it went,
 * in this process and in those that it starts. `answer` gets the path that was asked for. Undone by `close`.
 */
export async function standInForWeightsSite(answer: (path: string) => Response): Promise<{ asked: string[]; close(): Promise<void> }> {
  const asked: string[] = []
  const site = await listen(async (request) => {
    const { pathname } = new URL(request.url)
    asked.push(pathname)
    return answer(pathname)
  })
  const fetchForReal = globalThis.fetch
  vi.stubGlobal('fetch', (input: string | URL | Request, init?: RequestInit) => (String(input).startsWith(host) ? fetchForReal(String(input).replace(host, `${site.address}/`), init) : fetchForReal(input, init)))
  vi.stubEnv(
    'NODE_OPTIONS',
    preloading(`const fetchForReal = globalThis.fetch
globalThis.fetch = (input, init) => fetchForReal(String(input).startsWith('${host}') ? String(input).replace('${host}', '${site.address}/') : input, init)`),
  )
  return {
    asked,
    async close() {
      vi.unstubAllGlobals()
      vi.unstubAllEnvs()
      await site.close()
    },
  }
}
