import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Stands between a worker and its server, and can turn into a line that only the worker still believes in. */
export interface TcpProxy {
  address: string
  /** From now on: `through` passes bytes, also on old connections; `silent` swallows them and accepts new connections without a word; `cut` ends all connections and refuses new ones by a reset. */
  mode: 'through' | 'silent' | 'cut'
  set(mode: TcpProxy['mode']): void
  close(): Promise<void>
}

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const server = createServer((incoming) => {
    keep(incoming)
    if (proxy.mode === 'cut') return incoming.resetAndDestroy()
    // What begins in silence stays silent: its other end has never heard of it.
    const stillborn = proxy.mode === 'silent'
    const outgoing = keep(connect(Number(port), hostname))
    incoming.on('data', (bytes) => void (proxy.mode === 'through' && !stillborn && outgoing.write(bytes)))
    outgoing.on('data', (bytes) => void (proxy.mode === 'through' && !stillborn && incoming.write(bytes)))
    incoming.on('close', () => outgoing.destroy())
    outgoing.on('close', () => void (proxy.mode === 'through' && incoming.destroy()))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const proxy: TcpProxy = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mode: 'through',
    set(mode) {
      proxy.mode = mode
      if (mode === 'cut') for (const socket of sockets) socket.resetAndDestroy()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return proxy
}
