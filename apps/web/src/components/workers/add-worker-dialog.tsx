'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'

const devices = { cpu: 'processor', cuda: 'NVIDIA GPU (CUDA)', webgpu: 'any GPU (WebGPU)', tensorflow: 'TensorFlow' }

/** The command that another machine needs to train for this server, with a token of its own, which is told once. */
export function AddWorkerDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC()
  const me = useQuery(trpc.person.me.queryOptions())
  const [name, setName] = useState('workers')
  const [device, setDevice] = useState<keyof typeof devices>('cpu')
  const add = useMutation(trpc.token.add.mutationOptions())
  const mayAdd = me.data?.administrator === true
  const command = `npx graft worker --server ${location.origin} --token ${add.data?.token ?? 'TOKEN'}${device === 'cpu' ? '' : ` --device ${device}`}`
  return (
    <Dialog title="Add a worker" onClose={onClose} size="medium">
      <form
        className="space-y-4 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate({ kind: 'worker', name: name.trim() })
        }}
      >
        <p className="text-sm text-muted">A machine needs a clone of Graft and this command. It talks HTTP to this server and holds no database password; it is here as soon as it has started. <code className="font-mono text-xs">npx graft doctor</code> tells which devices it can use.</p>
        {['localhost', '127.0.0.1', '[::1]'].includes(location.hostname) && <p className="text-xs text-warning">This page was opened on the loopback: another machine needs the address by which it reaches this one, and a server that listens there (GRAFT_HOST).</p>}
        <SelectField label="Device" value={device} onChange={(event) => setDevice(event.target.value as keyof typeof devices)}>
          {Object.entries(devices).map(([value, text]) => <option key={value} value={value}>{text}</option>)}
        </SelectField>
        {add.data === undefined && mayAdd && (
          <div className="flex items-end gap-2">
            <TextField label="Name of its token" hint="One for all workers will do" className="flex-1" placeholder="gpu boxes" value={name} onChange={(event) => setName(event.target.value)} />
            <Button type="submit" className="mb-5" disabled={name.trim() === '' || add.isPending}>Make a token</Button>
          </div>
        )}
        {add.data === undefined && me.data !== undefined && !mayAdd && <p className="text-xs text-muted">An administrator makes the token.</p>}
        {add.isError && <ErrorNote error={add.error} />}
        <CommandLine command={command} />
        {add.data !== undefined && <p className="text-xs text-muted">The token is shown this once: the server keeps no copy.</p>}
        <div className="flex justify-end"><Button onClick={onClose}>{add.data === undefined ? 'Close' : 'Done'}</Button></div>
      </form>
    </Dialog>
  )
}
