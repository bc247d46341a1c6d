'use client'
import { useMutation } from '@tanstack/react-query'
import { GraftError } from '@graft/contracts/errors'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { readFailure } from '../../failure/read-failure.ts'
import { GraftMark } from '../shell/graft-mark.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'

/** Trades a user token for a session cookie; needed only where the server is not this very machine's. */
export function SignInForm() {
  const [token, setToken] = useState('')
  const signIn = useMutation({
    mutationFn: async () => {
      const answer = await fetch('/api/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token: token.trim() }) })
      if (answer.ok) return
      const report = readFailure(await answer.json().catch(() => new Error(`The server answered ${answer.status}.`)))
      throw new GraftError(report.code, report.message, report)
    },
    // A fresh start: every query and the live stream ask again, now with the cookie.
    onSuccess: () => window.location.assign('/'),
  })
  const failure = signIn.isError ? readFailure(signIn.error) : undefined
  return (
    <div className="mx-auto max-w-sm px-4 pt-24 pb-24">
      <div className="mb-6 flex flex-col items-center text-center">
        <GraftMark size={44} />
        <h1 className="mt-3 text-xl font-semibold tracking-tight">Sign in to Graft</h1>
        <p className="mt-1 text-sm text-muted">Paste your access token. It lies in the file tokens/user of the server&apos;s data folder.</p>
      </div>
      <form
        className="space-y-4 rounded-lg border bg-surface p-5 shadow-raised"
        onSubmit={(event) => {
          event.preventDefault()
          if (token.trim() !== '') signIn.mutate()
        }}
      >
        <TextField label="Token" type="password" placeholder="graft_u_…" value={token} onChange={(event) => setToken(event.target.value)} error={failure?.message} autoComplete="current-password" />
        {failure?.hint !== undefined && <p className="text-xs text-muted">{failure.hint}</p>}
        <Button type="submit" look="primary" className="w-full" disabled={token.trim() === '' || signIn.isPending}>
          <KeyRound aria-hidden size={15} /> {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </div>
  )
}
