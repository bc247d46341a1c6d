import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const schema = JSON.parse(readFileSync(path.join(root, 'deploy/schemas/compose-spec.json'), 'utf8')) as object
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema)

interface Service {
  image: string
  profiles?: string[]
  build?: { target: string }
  command?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  depends_on?: Record<string, unknown>
}
interface Compose {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}
const read = (): Compose => parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose

test('docker-compose.yml keeps to the Compose specification, which refuses a misspelt field', () => {
  expect(validate(read()), JSON.stringify(validate.errors)).toBe(true)
  const misspelt = read()
  Object.assign(misspelt.services['worker']!, { depend_on: {} })
  expect(validate(misspelt)).toBe(false)
})

test('what services name is there: volumes, services they wait for, targets of the Dockerfile', () => {
  const { services, volumes } = read()
  const targets = [...readFileSync(path.join(root, 'Dockerfile'), 'utf8').matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name)
  for (const [name, service] of Object.entries(services)) {
    for (const volume of service.volumes ?? []) expect(Object.keys(volumes), name).toContain(volume.split(':')[0])
    for (const other of Object.keys(service.depends_on ?? {})) expect(Object.keys(services), name).toContain(other)
    expect([...targets, undefined], name).toContain(service.build?.target)
  }
})

test('`docker compose up` starts no GPU worker; each GPU profile starts one, which knows no password of the database', () => {
  const { services } = read()
  const profiles = Object.fromEntries(Object.entries(services).flatMap(([name, { profiles: list }]) => (list ? [[name, list]] : [])))
  expect(profiles).toEqual({ 'worker-cuda': ['cuda'], 'worker-webgpu': ['webgpu'], 'gpu-box': ['gpu-box'] })
  for (const [name, { volumes = [], environment = {}, command = [] }] of Object.entries(services).filter(([service]) => service.includes('worker') || service === 'gpu-box')) {
    expect(volumes.some((volume) => volume.startsWith('secrets')), name).toBe(false)
    expect(JSON.stringify([environment, command]), name).not.toContain('DATABASE_URL')
  }
})
