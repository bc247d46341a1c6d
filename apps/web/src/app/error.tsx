'use client'
import { ErrorState } from '../components/ui/error-state.tsx'

/** What a page shows when its own code failed. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <>
      <h1 className="sr-only">Something went wrong</h1>
      <ErrorState error={error} onRetry={reset} />
    </>
  )
}
