import type { Environment } from '@graft/contracts/trial'

/** Where it ran, with versions. */
export function EnvironmentList({ environment }: { environment: Environment }) {
  const rows: [string, string][] = [['Device', environment.device], ['Processor', `${environment.cpu}, ${environment.cores} cores`], ['Platform', environment.platform], ...Object.entries(environment.versions)]
  return (
    <dl className="space-y-1 text-xs">
      {rows.map(([name, value]) => (
        <div key={name} className="flex gap-3">
          <dt className="w-28 shrink-0 truncate text-muted">{name}</dt>
          <dd className="min-w-0 tabular-nums wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
