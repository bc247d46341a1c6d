import type { JobProgress } from '@graft/contracts/job'

/** `Checking images · 24 of 390`: what a job is at. */
export function progressText({ stage, message }: JobProgress): string {
  const words = stage === 'features' ? 'Extracting features' : stage.charAt(0).toUpperCase() + stage.slice(1)
  return message === '' ? words : `${words} · ${message}`
}
