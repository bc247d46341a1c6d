'use client'
import type { DatasetImage } from '@graft/contracts/views'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect } from 'react'
import { bytesText } from '../../format/bytes.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'

const stepClass = 'absolute top-1/2 grid size-10 -translate-y-1/2 place-items-center rounded-full bg-raised/90 text-ink shadow-overlay hover:bg-hover disabled:opacity-30'

/** One image at full size; arrow keys go on. */
export function Lightbox({ images, classes, place, onPlace, onClose }: { images: readonly DatasetImage[]; classes: readonly string[]; place: number; onPlace: (place: number) => void; onClose: () => void }) {
  const last = images.length - 1
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'ArrowLeft' && place > 0) onPlace(place - 1)
      if (event.key === 'ArrowRight' && place < last) onPlace(place + 1)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [place, last, onPlace])
  const image = images[place]!
  return (
    <Dialog size="wide" title={classes[image.classIndex] ?? ''} onClose={onClose}>
      <div className="relative bg-sunken">
        <Thumbnail key={image.sha256} full sha256={image.sha256} alt={image.path} className="mx-auto h-[45dvh] w-full sm:h-[62dvh]" />
        <button type="button" aria-label="Previous image" disabled={place === 0} onClick={() => onPlace(place - 1)} className={`${stepClass} left-3`}>
          <ChevronLeft aria-hidden size={20} />
        </button>
        <button type="button" aria-label="Next image" disabled={place === last} onClick={() => onPlace(place + 1)} className={`${stepClass} right-3`}>
          <ChevronRight aria-hidden size={20} />
        </button>
      </div>
      <p className="flex flex-wrap gap-x-4 gap-y-1 px-4 py-3 text-xs text-muted tabular-nums">
        <span className="font-mono wrap-anywhere text-ink">{image.path}</span>
        <span>{image.split}</span>
        <span>
          {image.width} × {image.height}
        </span>
        <span>{bytesText(image.bytes)}</span>
      </p>
    </Dialog>
  )
}
