import net from 'node:net'
import type { AddressInfo } from 'node:net'

/** A line to PostgreSQL that can be cut. */
export interface CutProxy {
  /** The database's address through this line. */
  url: string
  /** From now on: the next answer to the commit of a transaction, or of a statement by itself, is swallowed and its connection cut. What was committed stays. */
  loseNextCommit(of?: 'transaction' | 'statement'): void
  /** How many answers were lost. */
  lost(): number
  close(): Promise<void>
}

/** Whether an answer says that something is committed: the command tag of COMMIT, or of a query, and `ready` outside a transaction. */
function tellsOfCommit(answer: string, of: 'transaction' | 'statement'): boolean {
  const isReady = answer.endsWith(`Z\0\0\0${String.fromCharCode(5)}I`)
  return isReady && (of === 'transaction' ? answer.includes('COMMIT\0') : /C.{4}SELECT \d/s.test(answer))
}

/** Stands between a client and PostgreSQL, byte for byte, until it is told to lose an answer. */
export async function startCutProxy(databaseUrl: string): Promise<CutProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<net.Socket>()
  let armed: 'transaction' | 'statement' | null = null
  let count = 0
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => (sockets.delete(socket), client.destroy(), upstream.destroy()))
    }
    client.on('data', (data) => void upstream.write(data))
    upstream.on('data', (data) => {
      if (armed !== null && tellsOfCommit(data.toString('latin1'), armed)) {
        armed = null
        count += 1
        client.destroy()
        return
      }
      client.write(data)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const here = new URL(databaseUrl)
  here.port = String((server.address() as AddressInfo).port)
  return {
    url: here.href,
    loseNextCommit: (of = 'transaction') => void (armed = of),
    lost: () => count,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
