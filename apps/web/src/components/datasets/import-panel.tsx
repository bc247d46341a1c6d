'use client'
import { useState } from 'react'
import { DropZone } from '../import/drop-zone.tsx'
import { ImportForm } from '../import/import-form.tsx'
import { ImportProgress } from '../import/import-progress.tsx'
import type { ChosenFile } from '../import/relative-paths.ts'

type Step = { at: 'drop' } | { at: 'form'; files: ChosenFile[] } | { at: 'work'; importId: string }

/** Import in three steps: drop, name and send, watch. */
export function ImportPanel() {
  const [step, setStep] = useState<Step>({ at: 'drop' })
  const restart = () => setStep({ at: 'drop' })
  if (step.at === 'form') return <ImportForm files={step.files} onStarted={(importId) => setStep({ at: 'work', importId })} onCancel={restart} />
  if (step.at === 'work') return <ImportProgress importId={step.importId} onClose={restart} />
  return <DropZone onFiles={(files) => setStep(files.length === 0 ? { at: 'drop' } : { at: 'form', files })} />
}
