'use client'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** Copies a text. `name`: what it is, for readers who hear the page. */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true)
        setTimeout(() => setCopied(false), 1500)
      },
      () => setCopied(false),
    )
  return (
    <button type="button" aria-label={copied ? 'Copied' : `Copy ${name}`} onClick={() => void copy()} className="grid size-6 shrink-0 place-items-center rounded text-muted hover:bg-hover hover:text-ink">
      {copied ? <Check aria-hidden size={13} className="text-accent" /> : <Copy aria-hidden size={13} />}
    </button>
  )
}
