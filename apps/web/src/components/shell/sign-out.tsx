'use client'
import { useMutation } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'

/** Ends the session of this browser. */
export function SignOut() {
  const signOut = useMutation({
    mutationFn: async () => {
      const answer = await fetch('/api/session', { method: 'DELETE' })
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`)
    },
    // A whole new page: nothing of what the session showed stays in memory.
    onSuccess: () => window.location.assign('/sign-in'),
  })
  const text = signOut.isError ? 'Signing out failed: try again' : 'Sign out'
  return (
    <button type="button" onClick={() => signOut.mutate()} disabled={signOut.isPending} title={text} aria-label={text} className={`grid size-8 place-items-center rounded-md transition-colors hover:bg-hover hover:text-ink ${signOut.isError ? 'text-danger' : 'text-muted'}`}>
      <LogOut aria-hidden size={16} />
    </button>
  )
}
