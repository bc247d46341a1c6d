'use client'
import type { SweepEstimate, SweepRequest } from '@graft/contracts/sweep'
import { FileCode2, Play } from 'lucide-react'
import { quantityText } from '../../format/count.ts'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { EstimateLine } from './estimate-line.tsx'
import type { LaunchErrors, LaunchForm } from './launch-request.ts'
import { priorityOptions } from './priority-field.tsx'
import { TrainingPlans } from './training-plans.tsx'

interface LaunchPanelProps {
  form: LaunchForm
  /** As they are shown. */
  errors: LaunchErrors
  /** What the form itself finds wrong, shown or not yet. */
  own: LaunchErrors
  request: SweepRequest | null
  estimate: SweepEstimate | undefined
  /** What the server refused; `isPlaced`: it is shown at its field. */
  refusal: unknown
  isPlaced: boolean
  /** Of a text that cannot be read. */
  problem: string | null
  isPending: boolean
  /** Nobody has chosen a dataset or a model yet. */
  isIncomplete: boolean
  /** Whether the text stands beside the form. */
  isBeside: boolean
  onBeside: (isBeside: boolean) => void
  onChange: (part: Partial<LaunchForm>) => void
}

/** Fields that need mending before anything can be launched, in words. */
function wrongText({ recipe, search }: LaunchErrors): string | null {
  const parts = [
    [Object.keys(recipe).length, 'of the recipe'],
    [Object.keys(search).length, 'of the search'],
  ] as const
  const wrong = parts.filter(([count]) => count > 0)
  if (wrong.length === 0) return null
  const total = wrong.reduce((sum, [count]) => sum + count, 0)
  return `${wrong.map(([count, where]) => `${quantityText(count, 'field')} ${where}`).join(' and ')} ${total === 1 ? 'needs' : 'need'} mending.`
}

/** Name, seeds and priority, what it would cost, and the button. */
export function LaunchPanel({ form, errors, own, request, estimate, refusal, isPlaced, problem, isPending, isIncomplete, isBeside, onBeside, onChange }: LaunchPanelProps) {
  const wrong = wrongText(own)
  return (
    <Panel title="Launch" actions={<Button look="quiet" size="small" aria-pressed={isBeside} onClick={() => onBeside(!isBeside)}><FileCode2 aria-hidden size={14} /> {isBeside ? 'Hide the text' : 'As YAML'}</Button>}>
      <div className="space-y-4">
        <TextField label="Name" hint="Left empty, one is made of what is launched" maxLength={100} value={form.name} error={errors.name} onChange={(event) => onChange({ name: event.target.value })} />
        <TextField label="Seeds" hint={form.search === null ? 'Each combination runs once per seed. Numbers and ranges: 0-2, 7' : 'Each configuration runs once per seed. Numbers and ranges: 0-2, 7'} value={form.seeds} error={errors.seeds} onChange={(event) => onChange({ seeds: event.target.value })} />
        <SelectField label="Priority" error={errors.priority} value={form.priority} onChange={(event) => onChange({ priority: Number(event.target.value) })}>
          {priorityOptions(form.priority).map(({ value, text }) => <option key={value} value={value}>{text}</option>)}
        </SelectField>
        {isPlaced ? <p className="text-sm text-danger">Something in the form does not go together: it is marked there.</p> : refusal !== undefined ? <ErrorNote error={refusal} /> : <EstimateLine asked={request !== null} estimate={estimate} />}
        {request !== null && estimate !== undefined && refusal === undefined && <TrainingPlans request={request} memory={estimate.memory} />}
        {problem !== null ? <p className="text-sm text-danger">The text cannot be read.</p> : wrong !== null && <p className="text-sm text-danger">{wrong}</p>}
        <Button type="submit" look="primary" className="w-full" disabled={isPending || wrong !== null || own.name !== undefined || own.seeds !== undefined || problem !== null}>
          <Play aria-hidden size={15} /> {isPending ? 'Launching…' : 'Launch'}
        </Button>
        {isIncomplete && <p className="text-xs text-faint">Choose at least one dataset and one model.</p>}
      </div>
    </Panel>
  )
}
