'use client'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** A command to copy. */
export function CommandLine({ command }: { command: string }) {
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => {
        setCopied(true)
        setTimeout(() => setCopied(false), 1500)
      },
      () => setCopied(false),
    )
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-md border bg-sunken py-1 pr-1 pl-2.5">
      <code tabIndex={0} className="overflow-x-auto font-mono text-xs whitespace-nowrap text-ink hide-scrollbar">{command}</code>
      <button type="button" aria-label={copied ? 'Copied' : 'Copy the command'} onClick={() => void copy()} className="grid size-6 shrink-0 place-items-center rounded text-muted hover:bg-hover hover:text-ink">
        {copied ? <Check aria-hidden size={13} className="text-accent" /> : <Copy aria-hidden size={13} />}
      </button>
    </span>
  )
}
