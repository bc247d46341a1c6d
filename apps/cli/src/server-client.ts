import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client'
import type { Command } from 'commander'
import superjson from 'superjson'
import type { AppRouter } from '@graft/api/router'
import { GraftError } from '@graft/contracts/errors'
import { retryWhileUnreachable } from '@graft/worker/retry'
import { fromTransport } from '@graft/worker/transport-error'
import { readEnvironment } from './env.ts'
import { readHttpError } from './http-error.ts'

/** The server as commands use it. Errors are GraftErrors with the server's code, message and hint. */
export interface ServerClient {
  address: string
  /** One call, tried once: a server that is not there is said at once. */
  call<Result>(procedure: (api: TRPCClient<AppRouter>) => Promise<Result>): Promise<Result>
  /** One call, tried again while the server is away for a moment: for questions that are asked again and again. */
  ask<Result>(procedure: (api: TRPCClient<AppRouter>) => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** A plain HTTP request below the server's address with the token. Rejects unless the answer is 2xx. */
  request(pathAndQuery: string, init?: RequestInit & { duplex?: 'half' }): Promise<Response>
}

/** Where the server is and with which token, from the options `--server` and `--token`, the environment, or the files of `npm start`. */
export function serverOptions(command: Command, kind: 'user' | 'worker'): { server: string; token: string } {
  const options = command.optsWithGlobals<{ server?: string; token?: string }>()
  const environment = readEnvironment()
  const server = (options.server ?? environment.server).replace(/\/+$/, '')
  if (!/^https?:\/\/[^/]+/.test(server) || !URL.canParse(server)) {
    throw new GraftError('invalid_input', `“${server}” is no address of a server.`, { hint: 'Expected something like http://127.0.0.1:3000.' })
  }
  const given = options.token ?? environment.token
  return { server, token: given ?? readToken(path.join(environment.tokenFolder, kind)) }
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new GraftError('unauthorized', `No access token: neither --token nor GRAFT_TOKEN is given, and ${file} cannot be read.`, {
      hint: 'Start Graft with `graft start` (it writes that file), or copy the token from the machine of the server.',
      cause,
    })
  }
}

/** Connects a command to its server. Nothing is sent yet. */
export function connect(command: Command): ServerClient {
  const { server, token } = serverOptions(command, 'user')
  const headers = { authorization: `Bearer ${token}` }
  const api = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${server}/api/trpc`, transformer: superjson, headers })] })
  const call: ServerClient['call'] = async (procedure) => {
    try {
      return await procedure(api)
    } catch (error) {
      throw fromTransport(error, server)
    }
  }
  return {
    address: server,
    call,
    ask: (procedure, signal = new AbortController().signal) => retryWhileUnreachable(() => call(procedure), { signal, attempts: 6 }),
    async request(pathAndQuery, init = {}) {
      let response: Response
      try {
        response = await fetch(`${server}${pathAndQuery}`, { ...init, headers: { ...headers, ...init.headers } })
      } catch (error) {
        throw fromTransport(error, server)
      }
      if (!response.ok) throw await readHttpError(response, server)
      return response
    },
  }
}
