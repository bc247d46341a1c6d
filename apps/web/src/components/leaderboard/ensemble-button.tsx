import { Layers } from 'lucide-react'

/** The way to evaluate trials of a dataset together; nothing where they are too few. */
export function EnsembleButton({ dataset, onOpen }: { dataset: string; onOpen: (() => void) | undefined }) {
  if (onOpen === undefined) return null
  return (
    <button type="button" onClick={onOpen} aria-label={`Ensemble on ${dataset}`} title="Average the predictions of several trials and see how they do together" className="mt-1 inline-flex min-h-6 items-center gap-1 rounded text-2xs text-accent hover:underline">
      <Layers aria-hidden size={12} /> Ensemble…
    </button>
  )
}
