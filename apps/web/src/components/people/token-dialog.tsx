'use client'
import type { PersonView } from '@graft/contracts/views'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'

/** A new token for a person. It is told once, here. */
export function TokenDialog({ person, onClose }: { person: PersonView; onClose: () => void }) {
  const trpc = useTRPC()
  const [name, setName] = useState(`${person.name}’s browser`)
  const add = useMutation(trpc.token.add.mutationOptions())
  return (
    <Dialog title={`A token for ${person.name}`} onClose={onClose}>
      <form
        className="space-y-4 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate({ kind: 'user', name: name.trim(), person: person.name })
        }}
      >
        {add.data === undefined ? (
          <>
            <TextField label="What it is for" value={name} onChange={(event) => setName(event.target.value)} />
            {add.isError && <ErrorNote error={add.error} />}
            <div className="flex justify-end gap-2">
              <Button onClick={onClose}>Close</Button>
              <Button type="submit" look="primary" disabled={name.trim() === '' || add.isPending}>Make it</Button>
            </div>
          </>
        ) : (
          <>
            <p className="text-sm text-muted">Give it to {person.name}, to sign in with. It is shown this once: the server keeps no copy.</p>
            <CommandLine command={add.data.token} />
            <div className="flex justify-end"><Button onClick={onClose}>Done</Button></div>
          </>
        )}
      </form>
    </Dialog>
  )
}
