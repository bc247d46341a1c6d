import type { MemoryForecast } from '@graft/contracts/sweep'
import { Cpu } from 'lucide-react'
import { bytesText } from '../../format/bytes.ts'
import { Button } from '../ui/button.tsx'

const states: Readonly<Record<MemoryForecast['state'], string>> = {
  unknown: 'No worker was asked yet.',
  pending: 'A worker is planning.',
  partly: 'Planned in part.',
  planned: 'Planned by a worker.',
}

/** What memory a trial takes, and what the engine's planner chose and why, before anything is launched. The planner runs on a worker, which is asked for it. */
export function MemoryForecastView({ memory, onAsk, isAsking }: { memory: MemoryForecast; onAsk: () => void; isAsking: boolean }) {
  const { bytes, state, plans } = memory
  const told = plans.filter(({ words, error }) => words.length > 0 || error !== null)
  return (
    <section aria-label="Memory" className="space-y-2 border-t pt-3 text-xs">
      <p className="flex items-baseline justify-between gap-3">
        <span className="text-muted">Memory of a trial</span>
        <b className="font-medium tabular-nums">{bytes === null ? '–' : bytesText(bytes)}</b>
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <span className="flex-1 text-faint">{states[state]}</span>
        {state !== 'planned' && <Button size="small" disabled={isAsking || state === 'pending'} onClick={onAsk}><Cpu aria-hidden size={13} /> {state === 'pending' ? 'Planning…' : 'Plan it'}</Button>}
      </div>
      {told.length > 0 && (
        <details>
          <summary className="text-muted select-none hover:text-ink">What the planner chose, and why</summary>
          <ul className="mt-2 max-h-72 space-y-2.5 overflow-y-auto">
            {told.map(({ dataset, model, bytes: each, words, error }) => (
              <li key={`${dataset} ${model}`}>
                <p className="flex justify-between gap-2 font-medium"><span>{model} on {dataset}</span>{each !== null && <span className="tabular-nums">{bytesText(each)}</span>}</p>
                {words.map((sentence, index) => <p key={index} className="mt-0.5 text-muted wrap-anywhere">{sentence}</p>)}
                {error !== null && <p className="mt-0.5 text-danger wrap-anywhere">{error.message}</p>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}
