import http from 'node:http'
import net from 'node:net'
import { buffer, text } from 'node:stream/consumers'

/**
 * What may happen to a request on its way: nothing; its answer never arrives (the work is done); half of its body arrives and then nothing moves; it is held back whole; it is answered for the server; its body is changed.
 */
export type Fate = 'pass' | 'lose-answer' | 'half' | 'hold' | { status: number } | { rewrite(body: string): string }

export interface UnreliableProxy {
  address: string
  /** Asked for every request. */
  fate: (method: string, path: string) => Fate
  /** Connections stay open and nothing moves any more, as when a cable is cut: neither side is told. Null undoes it for new connections. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** A network between worker and server that can be made to fail. Loopback only. */
export async function startUnreliableProxy(target: string): Promise<UnreliableProxy> {
  const upstream = new URL(target)
  let frozen = false
  const sockets = new Set<net.Socket>()
  const proxy: UnreliableProxy = {
    address: '',
    fate: () => 'pass',
    freeze: () => void (frozen = true),
    thaw() {
      frozen = false
      for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const server = http.createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/'
    const fate = proxy.fate(incoming.method ?? 'GET', path)
    if (frozen || fate === 'hold') return
    if (typeof fate === 'object' && 'status' in fate) {
      incoming.resume()
      outgoing.writeHead(fate.status, { 'content-type': 'text/plain' }).end('out of order')
      return
    }
    const { 'content-length': length, ...headers } = incoming.headers
    const isRewritten = typeof fate === 'object'
    const onward = http.request({ host: upstream.hostname, port: upstream.port, method: incoming.method, path, headers: isRewritten || length === undefined ? headers : { ...headers, 'content-length': length } }, (answer) => {
      if (fate === 'lose-answer') {
        answer.resume()
        answer.on('end', () => outgoing.destroy())
        return
      }
      if (frozen) return
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('data', (chunk: Buffer) => void (!frozen && outgoing.write(chunk)))
      answer.on('end', () => void (!frozen && outgoing.end()))
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    if (isRewritten) void text(incoming).then((body) => onward.end(fate.rewrite(body)))
    else if (fate === 'half') void buffer(incoming).then((body) => onward.write(body.subarray(0, body.length >> 1)))
    else incoming.pipe(onward)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy.address = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`
  return proxy
}
