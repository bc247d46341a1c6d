import type { Availability } from '@graft/contracts/model'
import { Check, CloudAlert, CloudDownload, Lock, PackageCheck, Sprout, type LucideIcon } from 'lucide-react'

const looks: Record<Availability['state'] | 'fetch-failed', { icon: LucideIcon; text: string; look: string }> = {
  bundled: { icon: PackageCheck, text: 'Ships with Graft', look: 'bg-accent-soft text-accent' },
  cached: { icon: Check, text: 'Here', look: 'bg-accent-soft text-accent' },
  downloadable: { icon: CloudDownload, text: 'Fetched on first use', look: 'bg-running-soft text-running' },
  'fetch-failed': { icon: CloudAlert, text: 'Could not be fetched', look: 'bg-danger-soft text-danger' },
  'from-scratch': { icon: Sprout, text: 'Needs none', look: 'bg-sunken text-muted' },
  unavailable: { icon: Lock, text: 'Not available', look: 'bg-warning-soft text-warning' },
}

/** Whether a model's weights are here. */
export function AvailabilityPill({ state }: { state: keyof typeof looks }) {
  const { icon: Icon, text, look } = looks[state]
  return (
    <span className={`inline-flex h-5.5 items-center gap-1.5 rounded-full px-2 text-xs font-medium ${look}`}>
      <Icon aria-hidden size={12} /> {text}
    </span>
  )
}
