import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTRPCClient, httpLink } from '@trpc/client'
import superjson from 'superjson'
import type { AppRouter } from '@graft/api/router'
import { isTerminal, type JobState } from '@graft/contracts/trial'
import type { ImportView } from '@graft/contracts/views'

/** What a person does with a server, for tests: the tRPC client with the user token, and uploads. */
export function createUserClient(server: string, token: string) {
  const headers = { authorization: `Bearer ${token}` }
  const api = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${server}/api/trpc`, transformer: superjson, headers })] })

  async function put(pathAndQuery: string, body: Uint8Array): Promise<void> {
    const response = await fetch(server + pathAndQuery, { method: 'PUT', headers, body: new Blob([body as Uint8Array<ArrayBuffer>]) })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  }
  return {
    api,
    /** Stores a blob as an upload. */
    async upload(bytes: Uint8Array): Promise<{ sha256: string; bytes: number }> {
      const response = await fetch(`${server}/api/uploads/blob`, { method: 'POST', headers, body: new Blob([bytes as Uint8Array<ArrayBuffer>]) })
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
      return (await response.json()) as { sha256: string; bytes: number }
    },
    /** Uploads a folder (or one zip) and starts its import; does not wait for a worker. */
    async importFolder(name: string, folder: string): Promise<string> {
      const { importId } = await api.import.create.mutate({ name, source: 'files' })
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const file = path.join(entry.parentPath, entry.name)
        await put(`/api/uploads/${importId}/files?path=${encodeURIComponent(path.relative(folder, file))}`, await readFile(file))
      }
      await api.import.start.mutate({ importId })
      return importId
    },
    async importArchive(name: string, bytes: Uint8Array): Promise<string> {
      const { importId } = await api.import.create.mutate({ name, source: 'zip' })
      await put(`/api/uploads/${importId}/archive`, bytes)
      await api.import.start.mutate({ importId })
      return importId
    },
  }
}
export type UserClient = ReturnType<typeof createUserClient>

/** Asks until the thing is in a final state. */
export async function untilFinal<View extends { state: JobState | ImportView['state'] }>(get: () => Promise<View>): Promise<View> {
  for (;;) {
    const view = await get()
    if (view.state !== 'uploading' && isTerminal(view.state)) return view
    await sleep(50)
  }
}

/** Asks until the answer is something. */
export async function until<Value>(get: () => Promise<Value | null | undefined | false>): Promise<Value> {
  for (;;) {
    const value = await get()
    if (value !== null && value !== undefined && value !== false) return value
    await sleep(30)
  }
}
