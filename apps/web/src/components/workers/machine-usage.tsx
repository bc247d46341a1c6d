import type { ReactNode } from 'react'
import { bytesText } from '../../format/bytes.ts'
import { Sparkline } from '../ui/sparkline.tsx'
import type { UsageSample } from './usage-history.ts'

const share = (part: number | null, whole: number | null): number | null => (part === null || whole === null || whole === 0 ? null : part / whole)
const percent = (value: number | null): string => (value === null ? '–' : `${Math.round(value * 100)}%`)

function UsageRow({ name, values, children }: { name: string; values: readonly (number | null)[]; children: ReactNode }) {
  return (
    <li className="flex items-center gap-3">
      <span className="min-w-0 flex-1 truncate text-muted">{name}</span>
      <span className="tabular-nums">{children}</span>
      <Sparkline values={values.filter((value) => value !== null)} label={`${name}, of late`} />
    </li>
  )
}

/** What a worker uses of its machine: its GPUs where nvidia-smi tells of them, its memory, the disk of its caches. */
export function MachineUsage({ samples }: { samples: readonly UsageSample[] }) {
  const last = samples.at(-1)?.usage
  if (last === undefined) return null
  return (
    <ul aria-label="Use of the machine" className="space-y-1.5 border-t pt-3 text-xs">
      {last.gpus.map((gpu, place) => {
        const history = samples.map(({ usage }) => usage.gpus[place])
        return (
          <li key={gpu.index}>
            <p className="mb-1 truncate text-2xs text-faint">GPU {gpu.index}: {gpu.name}</p>
            <ul className="space-y-1">
              <UsageRow name="Use" values={history.map((one) => one?.utilization ?? null)}>{percent(gpu.utilization)}</UsageRow>
              <UsageRow name="Memory" values={history.map((one) => share(one?.memoryUsedBytes ?? null, one?.memoryTotalBytes ?? null))}>{gpu.memoryUsedBytes === null ? '–' : `${bytesText(gpu.memoryUsedBytes)}${gpu.memoryTotalBytes === null ? '' : ` of ${bytesText(gpu.memoryTotalBytes)}`}`}</UsageRow>
              <UsageRow name="Temperature" values={history.map((one) => share(one?.temperatureCelsius ?? null, 100))}>{gpu.temperatureCelsius === null ? '–' : `${Math.round(gpu.temperatureCelsius)} °C`}</UsageRow>
            </ul>
          </li>
        )
      })}
      <UsageRow name="Memory of its processes" values={samples.map(({ usage }) => share(usage.processMemoryBytes, usage.machineMemoryTotalBytes))}>{bytesText(last.processMemoryBytes)}</UsageRow>
      <UsageRow name="Memory of the machine" values={samples.map(({ usage }) => share(usage.machineMemoryUsedBytes, usage.machineMemoryTotalBytes))}>{last.machineMemoryUsedBytes === null ? '–' : `${bytesText(last.machineMemoryUsedBytes)}${last.machineMemoryTotalBytes === null ? '' : ` of ${bytesText(last.machineMemoryTotalBytes)}`}`}</UsageRow>
      {last.diskFreeBytes !== null && (
        <li className="flex justify-between gap-3"><span className="text-muted">Disk free for caches</span><span className="tabular-nums">{bytesText(last.diskFreeBytes)}</span></li>
      )}
    </ul>
  )
}
