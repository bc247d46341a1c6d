'use client'
import { ImageUp } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { useDrop } from '../ui/use-drop.ts'

/** Takes images: dragged in, chosen, or pasted. */
export function ImageDrop({ busy, onImages }: { busy: boolean; onImages: (files: File[]) => void }) {
  const { over, handlers } = useDrop((transfer) => onImages([...transfer.files]))
  const input = useRef<HTMLInputElement>(null)
  const latest = useRef(onImages)
  useEffect(() => {
    latest.current = onImages
  }, [onImages])
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length > 0) latest.current(files)
    }
    window.addEventListener('paste', onPaste)
    return () => window.removeEventListener('paste', onPaste)
  }, [])
  return (
    <div
      {...handlers}
      className={classNames('flex min-h-52 flex-col items-center justify-center gap-3 rounded-lg border-2 border-dashed px-6 py-8 text-center transition-colors', over ? 'border-accent bg-accent-soft' : 'border-line-strong')}
    >
      <span className="grid size-12 place-items-center rounded-full bg-accent-soft text-accent">
        <ImageUp aria-hidden size={22} />
      </span>
      <div>
        <p className="font-medium">{over ? 'Let go to classify' : 'Drop an image'}</p>
        <p className="mt-0.5 text-xs text-muted">or paste one, or choose up to 16</p>
      </div>
      <Button disabled={busy} onClick={() => input.current?.click()}>
        Choose image
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label="Images to classify"
        onChange={(event) => {
          onImages([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </div>
  )
}
