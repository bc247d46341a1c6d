import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeJpeg, importDataset, makeManifest, registerWorker } from '../testing/fixtures.ts'
import { createTestServer, sha256Of, type TestServer } from '../testing/test-server.ts'
import { contentDisposition } from './artifacts.ts'
import { encodeBatch } from '@graft/storage/blob-batch'
import { uploadBatchHead } from '@graft/contracts/upload-batch'
import { imageType } from './image-type.ts'

let server: TestServer
let token: string
beforeAll(async () => {
  server = await createTestServer()
  token = server.userToken
})
afterAll(() => server.close())

const put = (path: string, body: string | Uint8Array | ReadableStream) => server.fetch(path, { method: 'PUT', body, token })

test('health tells that the database answers, and nothing else', async () => {
  const response = await server.fetch('/api/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'ok' })
})

test('files of a folder are uploaded one by one; the same path again replaces it', async () => {
  const { importId } = await server.user.import.create({ name: 'folder', source: 'files' })
  const path = encodeURIComponent('cat/ä, "1" =x.jpg')
  await put(`/api/uploads/${importId}/files?path=${path}`, 'first')
  const answer = await put(`/api/uploads/${importId}/files?path=${path}`, 'second')
  expect(await answer.json()).toEqual({ path: 'cat/ä, "1" =x.jpg', sha256: sha256Of('second'), bytes: 6 })
  await Promise.all(Array.from({ length: 12 }, (_, index) => put(`/api/uploads/${importId}/files?path=dog/${index}.jpg`, `dog ${index}`)))
  expect(await server.user.import.get({ importId })).toMatchObject({ state: 'uploading', filesReceived: 13, bytesReceived: 6 + 10 * 5 + 2 * 6 })
  expect((await put(`/api/uploads/${importId}/archive`, 'zip')).status).toBe(409)
  expect(await server.user.import.start({ importId })).toMatchObject({ state: 'queued' })
  expect((await put(`/api/uploads/${importId}/files?path=dog/late.jpg`, 'late')).status).toBe(409)
  const workerId = await registerWorker(server)
  const { job } = await server.worker.worker.claim({ workerId, claimId: randomUUID(), kinds: ['import'], waitSeconds: 0 })
  if (job?.payload.kind !== 'import' || job.payload.source.kind !== 'files') throw new Error('no import')
  expect(job.payload.source.count).toBe(13)
  const list = await server.fetch(`/api/blobs/${job.payload.source.sha256}`, { token: server.workerToken })
  expect(((await list.json()) as unknown[])[0]).toEqual({ path: 'cat/ä, "1" =x.jpg', sha256: sha256Of('second'), bytes: 6 })
})

const batchOf = (files: Readonly<Record<string, string>>) => Buffer.concat(Object.entries(files).flatMap(([path, text]) => [uploadBatchHead(path, Buffer.byteLength(text)), Buffer.from(text)]))

test('many files are uploaded in one body, all or none; the same path again replaces it', async () => {
  const { importId } = await server.user.import.create({ name: 'batch', source: 'files' })
  const batch = `/api/uploads/${importId}/batch`
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`cat/ä ${index}.jpg`, `picture ${index % 150}`]))
  expect(await (await put(batch, batchOf(many))).json()).toEqual({ files: 200 })
  expect(await (await put(batch, batchOf({ 'cat/ä 7.jpg': 'another', 'dog/1.jpg': '' }))).json()).toEqual({ files: 2 })
  expect((await put(batch, batchOf({ 'dog/2.jpg': 'x', '../secret': 'y' }))).status).toBe(400)
  expect((await put(batch, batchOf({ 'dog/2.jpg': 'x' }).subarray(0, 12))).status).toBe(400)
  expect(await server.user.import.get({ importId })).toMatchObject({ state: 'uploading', filesReceived: 201 })
  expect(await server.user.import.cancel({ importId })).toMatchObject({ state: 'cancelled' })
  expect((await put(batch, batchOf({ 'dog/3.jpg': 'z' }))).status).toBe(409)
  expect((await put('/api/uploads/nothing/batch', batchOf({ a: 'b' }))).status).toBe(404)
})

test('an archive is uploaded as a stream', async () => {
  const { importId } = await server.user.import.create({ name: 'archive', source: 'zip' })
  await expect(server.user.import.start({ importId })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  const answer = await put(`/api/uploads/${importId}/archive`, new Blob(['PK zip']).stream())
  expect(await answer.json()).toEqual({ sha256: sha256Of('PK zip'), bytes: 6 })
  expect(await server.user.import.start({ importId })).toMatchObject({ state: 'queued', filesReceived: 1, bytesReceived: 6 })
  expect(await server.user.import.cancel({ importId })).toMatchObject({ state: 'cancelled' })
})

test('an import that is cancelled while it uploads takes no more', async () => {
  const { importId } = await server.user.import.create({ name: 'stopped', source: 'files' })
  expect(await server.user.import.cancel({ importId })).toMatchObject({ state: 'cancelled' })
  expect((await put(`/api/uploads/${importId}/files?path=a.jpg`, 'a')).status).toBe(409)
  await expect(server.user.import.start({ importId })).rejects.toMatchObject({ code: 'CONFLICT' })
})

test.each(['', '../secret', 'a/../../b', '/etc/passwd', 'a//b', 'C:/x', 'a\\b', 'a\0b', '.', 'x'.repeat(1025)])('the path %j is refused', async (path) => {
  const { importId } = await server.user.import.create({ name: 'paths', source: 'files' })
  const response = await put(`/api/uploads/${importId}/files?path=${encodeURIComponent(path)}`, 'x')
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'invalid_input', field: 'path' } })
})

test('a file over the limit is refused before it is read, and one to no import is not kept', async () => {
  const { importId } = await server.user.import.create({ name: 'large', source: 'files' })
  const large = await server.fetch(`/api/uploads/${importId}/files?path=a.jpg`, { method: 'PUT', body: 'x', token, headers: { 'content-length': '300000000' } })
  expect(large.status).toBe(413)
  expect(await large.json()).toMatchObject({ error: { code: 'too_large', message: '300 MB are more than the 200 MB that are taken here.' } })
  expect((await put('/api/uploads/nothing/files?path=a.jpg', 'x')).status).toBe(404)
  expect((await server.fetch('/api/uploads/blob', { method: 'POST', token })).status).toBe(400) // no body
})

test('workers write contents under their hash only, and read them back', async () => {
  const worker = { token: server.workerToken }
  const sha256 = sha256Of('content')
  expect((await server.fetch(`/api/blobs/${sha256}`, { ...worker, method: 'HEAD' })).status).toBe(404)
  expect((await server.fetch(`/api/blobs/${sha256}`, { ...worker, method: 'PUT', body: 'other' })).status).toBe(422)
  expect((await server.fetch(`/api/blobs/${sha256}`, { ...worker, method: 'PUT', body: 'content' })).status).toBe(201)
  expect((await server.fetch(`/api/blobs/${sha256}`, { ...worker, method: 'PUT', body: 'content' })).status).toBe(200)
  const head = await server.fetch(`/api/blobs/${sha256}`, { ...worker, method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe('7')
  const read = await server.fetch(`/api/blobs/${sha256}`, worker)
  expect(await read.text()).toBe('content')
  expect((await server.fetch('/api/blobs/..%2f..%2fetc%2fpasswd', worker)).status).toBe(400)
})

test('workers ask about many contents at once, and write many at once', async () => {
  const post = (path: string, body: string | Uint8Array, as = server.workerToken) => server.fetch(path, { method: 'POST', body, token: as } as Parameters<typeof server.fetch>[1])
  const texts = ['one of many', 'two of many', 'three of many']
  const contents = texts.map((text) => ({ sha256: sha256Of(text), bytes: Buffer.from(text) }))
  const sha256s = contents.map(({ sha256 }) => sha256)
  const missing = async () => ((await (await post('/api/blobs/missing', JSON.stringify({ sha256s }))).json()) as { missing: string[] }).missing
  expect((await missing()).toSorted()).toEqual(sha256s.toSorted())
  expect((await post('/api/blobs/batch', encodeBatch(contents.slice(0, 2)))).status).toBe(201)
  expect(await missing()).toEqual(sha256s.slice(2))
  expect(await (await server.fetch(`/api/blobs/${sha256s[1]}`, { token: server.workerToken })).text()).toBe('two of many')

  expect((await post('/api/blobs/batch', encodeBatch([{ sha256: sha256s[2]!, bytes: Buffer.from('something else') }]))).status).toBe(422)
  expect((await post('/api/blobs/batch', encodeBatch(contents).subarray(0, -1))).status).toBe(400)
  expect((await post('/api/blobs/batch', new Uint8Array(20 * 2 ** 20))).status).toBe(413)
  for (const wrong of ['{', '{"sha256s":["../etc/passwd"]}', JSON.stringify({ sha256s: Array.from({ length: 1001 }, () => sha256s[0]) })]) expect((await post('/api/blobs/missing', wrong)).status).toBe(400)
  for (const path of ['/api/blobs/missing', '/api/blobs/batch']) expect((await post(path, '{}', token)).status).toBe(403)
})

test('images are shown safely, thumbnails in their place, and other contents not at all', async () => {
  const manifest = makeManifest(1)
  await importDataset(server, await registerWorker(server, 'two'), 'pictures', manifest)
  const [image, other] = manifest.images
  await server.server.blobs.write(fakeJpeg(image!.path))
  await server.server.blobs.write(Buffer.from(`thumbnail ${image!.path}`))
  const response = await server.fetch(`/api/images/${image!.sha256}`, { token })
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-length': String(image!.bytes),
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  })
  expect(Buffer.from(await response.arrayBuffer())).toEqual(fakeJpeg(image!.path))
  expect((await server.fetch(`/api/images/${image!.sha256}`, { token, headers: { 'if-none-match': `"${image!.sha256}"` } })).status).toBe(304)
  const thumbnail = await server.fetch(`/api/images/${image!.sha256}/thumbnail`, { token })
  expect(await thumbnail.text()).toBe(`thumbnail ${image!.path}`)
  expect(thumbnail.headers.get('content-disposition')).toBe('attachment') // not a picture: never shown in our origin
  expect((await server.fetch(`/api/images/${other!.sha256}`, { token })).status).toBe(404) // recorded, but gone from the storage
  const { sha256 } = await server.server.blobs.write(Buffer.from('<script>'))
  expect((await server.fetch(`/api/images/${sha256}`, { token })).status).toBe(404)
})

test('media types go by content; a page or an SVG is no image', () => {
  expect(imageType(fakeJpeg('x'))).toBe('image/jpeg')
  expect(imageType(Buffer.from('RIFF1234WEBPVP8 '))).toBe('image/webp')
  expect(imageType(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))).toBe('image/png')
  expect(imageType(Buffer.from('<svg xmlns='))).toBeNull()
  expect(imageType(Buffer.from(''))).toBeNull()
})

test('download names cannot break out of their header', () => {
  expect(contentDisposition('a"; filename=evil.exe\r\nSet-Cookie: x=1')).toBe(`attachment; filename="a__ filename_evil.exe__Set-Cookie_ x_1"; filename*=UTF-8''a%22%3B%20filename%3Devil.exe__Set-Cookie%3A%20x%3D1`)
  expect(contentDisposition('../Müller.csv')).toBe(`attachment; filename=".._M_ller.csv"; filename*=UTF-8''.._M%C3%BCller.csv`)
})
