'use client'
import { CircleAlert, LogIn, RotateCw } from 'lucide-react'
import Link from 'next/link'
import { readFailure } from '../../failure/read-failure.ts'
import { Button, buttonClass } from './button.tsx'

/** What failed, how to mend it, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const failure = readFailure(error)
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-10 text-center">
      <span className="mb-3 grid size-11 place-items-center rounded-full bg-danger-soft text-danger">
        <CircleAlert aria-hidden size={20} />
      </span>
      <p className="max-w-lg font-medium wrap-anywhere">{failure.message}</p>
      {failure.hint !== undefined && <p className="mt-1 max-w-lg text-sm wrap-anywhere text-muted">{failure.hint}</p>}
      <div className="mt-4 flex gap-2">
        {failure.code === 'unauthorized' && (
          <Link href="/sign-in" className={buttonClass('primary', 'small')}>
            <LogIn aria-hidden size={14} /> Sign in
          </Link>
        )}
        {onRetry !== undefined && (
          <Button size="small" onClick={onRetry}>
            <RotateCw aria-hidden size={14} /> Try again
          </Button>
        )}
      </div>
    </div>
  )
}

/** A failure inside a form or beside a button. */
export function ErrorNote({ error }: { error: unknown }) {
  const failure = readFailure(error)
  return (
    <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm wrap-anywhere text-danger">
      {failure.message}
      {failure.hint !== undefined && <span className="block text-xs opacity-90">{failure.hint}</span>}
    </p>
  )
}
