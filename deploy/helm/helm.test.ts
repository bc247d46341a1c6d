import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'
import { describe, expect, test } from 'vitest'

const chart = path.join(import.meta.dirname, 'graft')
const schemas = path.join(import.meta.dirname, '../schemas', '{{.ResourceKind}}{{.KindSuffix}}.json')

const isThere = (command: string, argument: string): boolean => spawnSync(command, [argument], { stdio: 'ignore' }).status === 0
const hasHelm = isThere('helm', 'version')
const hasKubeconform = isThere('kubeconform', '-v')
const missing = [hasHelm ? [] : ['helm'], hasKubeconform ? [] : ['kubeconform']].flat()
if (missing.length > 0) console.warn(`The chart is not checked here: no ${missing.join(' and ')} on the PATH (go install helm.sh/helm/v3/cmd/helm@latest github.com/yannh/kubeconform/cmd/kubeconform@latest, one by one).`)

interface Resource {
  kind: string
  metadata: { name: string; annotations?: Record<string, string> }
  spec: Record<string, never> & { template?: Pod; jobTargetRef?: { template: Pod } }
  data?: Record<string, string>
}
interface Pod {
  metadata: { labels: Record<string, string> }
  spec: {
    containers: { env?: { name: string }[]; args?: string[]; securityContext: object; resources: { limits?: Record<string, unknown> } }[]
    nodeSelector?: object
    tolerations?: object[]
    runtimeClassName?: string
    automountServiceAccountToken: boolean
    securityContext: object
  }
}

function helm(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('helm', words, { encoding: 'utf8' })
}
const settings = (values: Record<string, string>): string[] => Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`])
const render = (values: Record<string, string>) => helm('template', 'trial', chart, '--kube-version', '1.34.0', '--namespace', 'graft', ...settings(values))
const resources = (values: Record<string, string>): Resource[] => {
  const { stdout, stderr, status } = render(values)
  expect(status, stderr).toBe(0)
  return parseAllDocuments(stdout).map((document) => document.toJS() as Resource).filter((resource) => resource !== null)
}
const podOf = ({ spec }: Resource): Pod | undefined => spec?.jobTargetRef?.template ?? spec?.template

/** Ways to install it that differ in what is rendered. */
const variants: Record<string, Record<string, string>> = {
  'the least that has to be said': { 'database.existingSecret': 'database' },
  'everything on': {
    'database.url': 'postgresql://graft:secret@postgres:5432/graft',
    'workers.gpu.enabled': 'true',
    'workers.gpu.runtimeClassName': 'nvidia',
    'workers.gpu.nodeSelector.accelerator': 'a100',
    'workers.gpu.image.tag': 'cuda',
    'ingress.enabled': 'true',
    'ingress.className': 'nginx',
    'ingress.tlsSecret': 'certificate',
    'web.replicas': '2',
    'storage.accessMode': 'ReadWriteMany',
    'storage.storageClass': 'shared',
  },
  'without KEDA': { 'database.existingSecret': 'database', 'tokens.existingSecret': 'tokens', 'workers.cpu.scaling': 'fixed', 'workers.cpu.replicas': '3', 'workers.cpu.cache.existingClaim': 'cache', 'storage.existingClaim': 'data', 'networkPolicy.enabled': 'false' },
}

describe.skipIf(!hasHelm)('the Helm chart', () => {
  test('passes helm lint', () => {
    const { status, stdout, stderr } = helm('lint', '--strict', chart, ...settings(variants['everything on']!))
    expect(status, stdout + stderr).toBe(0)
  })

  test.skipIf(!hasKubeconform).each(Object.entries(variants))('is valid for Kubernetes and KEDA: %s', (_name, values) => {
    const { stdout: manifests, stderr, status } = render(values)
    expect(status, stderr).toBe(0)
    const checked = spawnSync('kubeconform', ['-strict', '-summary', '-output', 'json', '-schema-location', schemas], { input: manifests, encoding: 'utf8' })
    expect(checked.status, checked.stdout + checked.stderr).toBe(0)
    expect(JSON.parse(checked.stdout)).toMatchObject({ summary: { invalid: 0, errors: 0, skipped: 0 } })
  })

  test.skipIf(!hasKubeconform)('the schemas refuse a field that is misspelt', () => {
    const { stdout } = render(variants['everything on']!)
    for (const [right, wrong] of [['maxReplicaCount:', 'maximumReplicaCount:'], ['automountServiceAccountToken:', 'automountToken:']] as const) {
      expect(stdout).toContain(right)
      expect(spawnSync('kubeconform', ['-strict', '-schema-location', schemas], { input: stdout.replaceAll(right, wrong) }).status).toBe(1)
    }
  })

  test('no worker is given the address of the database, nobody an account in the cluster', () => {
    const pods = resources(variants['everything on']!).flatMap((resource) => podOf(resource) ?? [])
    const readers = pods.filter(({ spec }) => spec.containers.some(({ env }) => env?.some(({ name }) => name === 'DATABASE_URL'))).map(({ metadata }) => metadata.labels['app.kubernetes.io/component'])
    expect(readers.toSorted()).toEqual(['migrations', 'web'])
    for (const { spec } of pods) {
      expect(spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } })
      for (const { securityContext } of spec.containers) expect(securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
    }
  })

  test('a pool of GPUs asks for its device, its nodes and the image with CUDA', () => {
    const pool = resources(variants['everything on']!).find(({ metadata }) => metadata.name === 'trial-graft-worker-gpu')!
    const { spec } = podOf(pool)!
    expect(spec).toMatchObject({ runtimeClassName: 'nvidia', nodeSelector: { accelerator: 'a100' }, containers: [{ image: 'graft:cuda', resources: { limits: { 'nvidia.com/gpu': 1 } } }] })
    expect(spec.tolerations).toHaveLength(1)
    expect(spec.containers[0]!.args).toEqual(['--device', 'cuda', '--threads', '4', '--exit-when-idle'])
  })

  test('without KEDA its workers stay, and no resource of KEDA is left', () => {
    const all = resources(variants['without KEDA']!)
    expect(all.filter(({ kind }) => ['ScaledJob', 'TriggerAuthentication'].includes(kind))).toEqual([])
    const workers = all.find(({ metadata }) => metadata.name === 'trial-graft-worker-cpu')!
    expect(workers).toMatchObject({ kind: 'Deployment', spec: { replicas: 3 } })
    expect(podOf(workers)!.spec.containers[0]!.args).not.toContain('--exit-when-idle')
  })

  test.each([
    ['no database', {}, /database.existingSecret/],
    ['a value that does not exist', { 'database.existingSecret': 'database', 'workers.cpu.maximun': '3' }, /maximun/],
    ['two servers on a storage of one node', { 'database.existingSecret': 'database', 'web.replicas': '2' }, /ReadWriteMany/],
    ['a device that does not exist', { 'database.existingSecret': 'database', 'workers.cpu.device': 'tpu' }, /device/],
  ])('refuses %s and says what is wrong', (_name, values, message) => {
    const { status, stderr } = render(values)
    expect(status).not.toBe(0)
    expect(stderr).toMatch(message)
  })
})
