import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFaultBench, type FaultBench } from './testing/fault-bench.ts'
import { listen } from './testing/listen.ts'
import { until, untilFinal } from './testing/user-client.ts'
import type { WorkerProcess } from './testing/worker-process.ts'

// How a worker's process meets what may answer at the address that it is given.
let bench: FaultBench
beforeAll(async () => {
  bench = await startFaultBench()
})
afterAll(() => bench.close())

const ended = (worker: WorkerProcess) => until(() => Promise.resolve(worker.child.exitCode !== null || worker.child.signalCode !== null))
const says = (worker: WorkerProcess, words: RegExp) => until(() => Promise.resolve(words.exec(worker.output())))

const canMakeCertificates = spawnSync('openssl', ['version']).status === 0

/** A proxy that speaks HTTPS with a certificate that nobody knows, as one that a team puts before its server. */
async function httpsProxy(): Promise<{ address: string; certificate: string; server: Server }> {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => path.join(bench.server.folder, name)) as [string, string]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' })
  const upstream = new URL(bench.server.address)
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (incoming, outgoing) => {
    const passed = request({ host: upstream.hostname, port: upstream.port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, certificate, server }
}

test.skipIf(!canMakeCertificates)('a certificate that is not trusted: ended with what to set; with NODE_EXTRA_CA_CERTS it trains through the proxy', async () => {
  const { address, certificate, server } = await httpsProxy()
  const stranger = bench.startWorker('stranger', { GRAFT_SERVER: address })
  await ended(stranger)
  expect(stranger.child.exitCode).toBe(1)
  expect(stranger.output()).toMatch(/error: The certificate of https:.* is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\.\nhint: Start with NODE_EXTRA_CA_CERTS/)
  const worker = bench.startWorker('trusting', { GRAFT_SERVER: address, NODE_EXTRA_CA_CERTS: certificate })
  const id = await bench.launch({ seed: 1, epochs: 2 })
  expect(await untilFinal(() => bench.trial(id))).toMatchObject({ state: 'finished', attempts: [{ worker: 'trusting' }] })
  expect(await worker.end('SIGTERM')).toBe(0)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
})

test('something else at the address: ended with what to give', async () => {
  const other = await listen(async () => new Response('<html>A printer</html>', { headers: { 'content-type': 'text/html' } }))
  const worker = bench.startWorker('lost', { GRAFT_SERVER: other.address, GRAFT_LOG_FORMAT: 'json' })
  await ended(worker)
  expect(worker.child.exitCode).toBe(1)
  expect(JSON.parse(worker.output().trim())).toMatchObject({ level: 'error', worker: 'lost', message: expect.stringMatching(/^What answers at http:.* is no Graft server: 200 for \/api\/health\. The address is that of the dashboard/) as string })
  await other.close()
})

test('nothing at the address: it says why once, and is there when the server is; its health file tells', async () => {
  const file = path.join(bench.server.folder, 'health', 'worker.json')
  await bench.server.down()
  const worker = bench.startWorker('early', { GRAFT_LOG_FORMAT: 'json', GRAFT_HEALTH_FILE: file })
  await says(worker, /cannot be reached \(ECONNREFUSED\)\. Trying again until it is there\./)
  await bench.server.up()
  await says(worker, /Worker early is at/)
  for (const line of worker.output().trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: 'info', worker: 'early', time: expect.any(String) as string })
  const health = await until(async () => {
    try {
      const told = JSON.parse(readFileSync(file, 'utf8')) as { mode: string | null }
      return told.mode !== null && told
    } catch {
      return null
    }
  })
  expect(health).toMatchObject({ worker: 'early', server: bench.server.address, mode: 'ready', jobs: 0 })
  expect(await worker.end('SIGTERM')).toBe(0)
  expect(() => readFileSync(file)).toThrow('ENOENT')
})
