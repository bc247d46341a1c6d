import http from 'node:http'

/** One worker's calls of the worker API over kept-alive connections, without a client library: a simulated worker must cost little. */
export class WorkerApi {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  readonly #address: URL
  readonly #token: string

  constructor(address: string, token: string) {
    this.#address = new URL(address)
    this.#token = token
  }

  /** @throws Error with the server's code and message. */
  async call<Output>(procedure: string, input: object): Promise<Output> {
    const { status, body } = await this.#request('POST', `/api/trpc/${procedure}`, JSON.stringify({ json: input }), 'application/json')
    const answer = JSON.parse(body) as { result?: { data: { json: Output } }; error?: { json: { message: string } } }
    if (answer.result === undefined) throw new Error(`${procedure}: ${status} ${answer.error?.json.message ?? body.slice(0, 200)}`)
    return answer.result.data.json
  }

  async putBlob(sha256: string, content: string): Promise<void> {
    const { status, body } = await this.#request('PUT', `/api/blobs/${sha256}`, content, 'application/octet-stream')
    if (status >= 300) throw new Error(`PUT blob: ${status} ${body}`)
  }

  close(): void {
    this.#agent.destroy()
  }

  #request(method: string, path: string, body: string, type: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.#token}`, 'content-type': type, 'content-length': Buffer.byteLength(body) }
      const request = http.request({ agent: this.#agent, host: this.#address.hostname, port: this.#address.port, method, path, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end(body)
    })
  }
}
