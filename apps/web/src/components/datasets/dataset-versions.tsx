import type { DatasetDetail } from '@graft/contracts/views'
import Link from 'next/link'
import { countText } from '../../format/count.ts'
import { classNames } from '../ui/class-names.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Panel } from '../ui/panel.tsx'

/** Every version, newest first; the shown one is marked. */
export function DatasetVersions({ detail }: { detail: DatasetDetail }) {
  return (
    <Panel title="Versions" note={String(detail.versions.length)} flush>
      <ul className="max-h-96 divide-y overflow-y-auto">
        {detail.versions.map((version) => {
          const shown = version.fingerprint === detail.version
          return (
            <li key={version.fingerprint}>
              <Link href={`/datasets/${encodeURIComponent(detail.name)}?version=${version.fingerprint}`} aria-current={shown ? 'true' : undefined} className={classNames('block px-4 py-2.5 hover:bg-hover', shown && 'shadow-[inset_2px_0_0_var(--color-accent)]')}>
                <span className="flex items-baseline justify-between gap-3">
                  <code className="font-mono text-xs">{version.fingerprint.slice(0, 12)}</code>
                  <span className="text-2xs text-faint">
                    <RelativeTime time={version.createdAt} />
                  </span>
                </span>
                <span className="text-xs text-muted tabular-nums">
                  {countText(version.images)} images · split {version.splitRule} · seed {version.seed}
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
