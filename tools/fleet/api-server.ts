import { text } from 'node:stream/consumers'
import { createServerContext } from '../../packages/api/src/server-context.ts'
import { handleHttp } from '../../apps/worker/src/testing/http-routes.ts'
import { listen } from '../../apps/worker/src/testing/listen.ts'

/** What it is told on its standard input, as JSON: not by arguments, which others can read. */
export interface ApiServerOptions { databaseUrl: string; storageFolder: string; port: number }

// The server's handlers in a process of their own, as apps/web mounts them, without the dashboard: what tests kill and restart needs no build.
const { databaseUrl, storageFolder, port } = JSON.parse(await text(process.stdin)) as ApiServerOptions
const context = createServerContext({ databaseUrl, storageFolder, host: '127.0.0.1', requireToken: true })
await listen((request) => handleHttp(context, request), port)
process.once('SIGTERM', () => void Promise.race([context.close(), new Promise((resolve) => setTimeout(resolve, 500))]).then(() => process.exit(0)))
