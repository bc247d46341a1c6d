'use client'
import { X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { stretchText, withBrush, type Brushes } from './brushes.ts'
import type { PlotAxis } from './sweep-columns.ts'

interface BrushEditorProps {
  axes: readonly PlotAxis[]
  brushes: Brushes
  /** The axis whose range is being written. */
  edited: string | null
  onEdited: (name: string | null) => void
  onBrushes: (brushes: Brushes) => void
}

/** A range in numbers, for those who do not drag. */
function NumberRange({ axis, onChoose }: { axis: PlotAxis; onChoose: (from: number, to: number) => void }) {
  const { scale } = axis
  // Of accuracies people write per cent or fractions; what stands here is what the axis counts in.
  const [from, setFrom] = useState(String(Number(scale.valueAt(0).toPrecision(4))))
  const [to, setTo] = useState(String(Number(scale.valueAt(1).toPrecision(4))))
  const places = [from, to].map((text) => scale.placeOf(text.trim() === '' ? null : Number(text)))
  const isRange = places.every((place) => Number.isFinite(place)) && places[0]! <= places[1]!
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (isRange) onChoose(places[0]! - 1e-6, places[1]! + 1e-6)
      }}
    >
      <TextField label="From" className="w-28" inputMode="decimal" value={from} onChange={(event) => setFrom(event.target.value)} />
      <TextField label="To" className="w-28" inputMode="decimal" value={to} onChange={(event) => setTo(event.target.value)} />
      <Button type="submit" disabled={!isRange}>Show this range</Button>
    </form>
  )
}

function ChoiceRange({ axis, onChoose }: { axis: PlotAxis; onChoose: (from: number, to: number) => void }) {
  const choices = axis.scale.ticks(Number.MAX_SAFE_INTEGER)
  const half = 0.5 / choices.length
  return (
    <div className="flex flex-wrap gap-1.5">
      {choices.map(({ place, text }) => (
        <Button key={place} size="small" onClick={() => onChoose(place - half * 0.9, place + half * 0.9)}>
          {text}
        </Button>
      ))}
    </div>
  )
}

/** The ranges that are chosen, each with a way to take it back, and the one being written. */
export function BrushEditor({ axes, brushes, edited, onEdited, onBrushes }: BrushEditorProps) {
  const axis = axes.find(({ name }) => name === edited)
  const chosen = axes.filter(({ name }) => brushes.has(name))
  const choose = (from: number, to: number) => {
    onBrushes(withBrush(brushes, edited!, [from, to]))
    onEdited(null)
  }
  if (axis === undefined && chosen.length === 0) return <p className="mt-2 text-xs text-faint">Drag along an axis to keep only what lies there, or press its name to write a range.</p>
  return (
    <div className="mt-2 space-y-2">
      {axis !== undefined && (
        <div className="rounded-md border bg-sunken p-3">
          <p className="mb-2 text-xs font-medium">{axis.label}</p>
          {axis.scale.kind === 'categorical' ? <ChoiceRange axis={axis} onChoose={choose} /> : <NumberRange axis={axis} onChoose={choose} />}
        </div>
      )}
      {chosen.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {chosen.map((one) => (
            <li key={one.name}>
              <button type="button" onClick={() => onBrushes(withBrush(brushes, one.name, null))} className="inline-flex h-7 items-center gap-1.5 rounded-full bg-accent-soft px-2.5 text-xs text-accent tabular-nums hover:bg-hover" aria-label={`Take back the range of ${one.label}`}>
                {one.label}: {stretchText(one, brushes.get(one.name)!)} <X aria-hidden size={12} />
              </button>
            </li>
          ))}
          {chosen.length > 1 && (
            <li>
              <Button look="quiet" size="small" onClick={() => onBrushes(new Map())}>Take all back</Button>
            </li>
          )}
        </ul>
      )}
    </div>
  )
}
