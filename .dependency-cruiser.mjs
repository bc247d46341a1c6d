// Who may import whom: the table of ARCHITECTURE.md as a check. `pnpm check:dependencies` runs it, and CI.
const may = {
  contracts: [],
  statistics: ['contracts'],
  search: ['contracts', 'statistics'],
  core: ['contracts', 'statistics'],
  storage: ['contracts'],
  db: ['contracts'],
  queue: ['contracts', 'db'],
  api: ['contracts', 'statistics', 'search', 'db', 'queue', 'storage'],
}
const mayApps = {
  worker: { value: ['contracts', 'core', 'storage'], type: ['api'] },
  cli: { value: ['contracts', 'statistics', 'search', 'core', 'storage'], type: ['api'], apps: ['worker'] },
  web: { value: ['contracts', 'search', 'api'], type: [] },
}
const not = (names) => (names.length === 0 ? '^packages/' : `^packages/(?!(${names.join('|')})/)`)
const testFiles = '(\\.test\\.tsx?|/testing/.*)$'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(may).map(([name, allowed]) => ({
      name: `packages/${name}`,
      severity: 'error',
      from: { path: `^packages/${name}/src/`, pathNot: testFiles },
      to: { path: not([name, ...allowed]) },
    })),
    { name: 'packages-import-no-app', severity: 'error', from: { path: '^packages/' }, to: { path: '^apps/' } },
    ...Object.entries(mayApps).flatMap(([name, { value, type, apps = [] }]) => [
      {
        name: `apps/${name}`,
        severity: 'error',
        from: { path: `^apps/${name}/src/`, pathNot: testFiles },
        to: { path: not([...value, ...type]) },
      },
      ...type.map((only) => ({
        name: `apps/${name}-${only}-as-type-only`,
        severity: 'error',
        from: { path: `^apps/${name}/src/`, pathNot: testFiles },
        to: { path: `^packages/${only}/`, dependencyTypesNot: ['type-only'] },
      })),
      {
        name: `apps/${name}-imports-no-other-app`,
        severity: 'error',
        from: { path: `^apps/${name}/` },
        to: { path: `^apps/(?!(${[name, ...apps].join('|')})/)` },
      },
    ]),
    {
      name: 'no-native-library-in-web',
      comment: 'The dashboard must run where neither sharp nor onnxruntime can.',
      severity: 'error',
      from: { path: '^(apps/web|packages/(api|contracts|statistics|search|db|queue|storage))/src/', pathNot: testFiles },
      to: { path: 'node_modules/(sharp|onnxruntime-node|h5wasm)/' },
    },
    {
      name: 'contracts-statistics-and-search-run-in-browsers',
      severity: 'error',
      from: { path: '^packages/(contracts|statistics|search)/src/', pathNot: testFiles },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'database-stays-behind-its-packages',
      severity: 'error',
      from: { path: '^(apps/(web|cli|worker)|packages/(core|storage|contracts|statistics|search))/src/', pathNot: testFiles },
      to: { path: 'node_modules/(pg|@prisma)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.next/|/generated/|/dist/|next-env)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'] },
  },
}
