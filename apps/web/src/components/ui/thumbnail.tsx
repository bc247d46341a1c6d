'use client'
import { ImageOff } from 'lucide-react'
import { useState } from 'react'
import { classNames } from './class-names.ts'

/** A stored image, fetched when it comes near the window: small and cut to its box, or `full` and whole. */
export function Thumbnail({ sha256, alt, className, full = false }: { sha256: string; alt: string; className?: string; full?: boolean }) {
  const [failed, setFailed] = useState(false)
  if (failed) {
    return (
      <span role="img" aria-label={`${alt} (cannot be shown)`} className={classNames('grid place-items-center bg-sunken text-faint', className)}>
        <ImageOff aria-hidden size={16} />
      </span>
    )
  }
  return (
    // Next's image component would resize on the server with a native library; thumbnails are made at import.
    // oxlint-disable-next-line nextjs/no-img-element
    <img src={`/api/images/${sha256}${full ? '' : '/thumbnail'}`} alt={alt} loading="lazy" decoding="async" onError={() => setFailed(true)} className={classNames('bg-sunken', full ? 'object-contain' : 'object-cover', className)} />
  )
}
