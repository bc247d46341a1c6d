'use client'
import type { Split } from '@graft/contracts/dataset'
import type { DatasetImage } from '@graft/contracts/views'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ImageOff } from 'lucide-react'
import { memo, useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { quantityText } from '../../format/count.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segments } from '../ui/segments.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Thumbnail } from '../ui/thumbnail.tsx'
import { Lightbox } from './lightbox.tsx'
import { splitLooks } from './split-look.ts'

const splitOptions = [{ value: 'all' as const, text: 'All' }, ...splitLooks.map(({ split, name }) => ({ value: split, text: name }))]

/** One of perhaps thousands: drawn again only when it changes, and laid out only where it can be seen. */
const GalleryImage = memo(function GalleryImage({ image, className, place, onOpen }: { image: DatasetImage; className: string; place: number; onOpen: (place: number) => void }) {
  return (
    <li className="min-w-0 [contain-intrinsic-size:auto_7.5rem] [content-visibility:auto]">
      <button type="button" onClick={() => onOpen(place)} title={image.path} className="group block w-full overflow-hidden rounded-md">
        <Thumbnail sha256={image.sha256} alt={`${className}, ${image.split}`} className="aspect-square w-full rounded-md transition-transform group-hover:scale-[1.03]" />
      </button>
      <span className="block truncate px-0.5 pt-0.5 text-2xs text-muted">{className}</span>
    </li>
  )
})

/** The images of a version, by class and split. */
export function ImageGallery({ version, classes }: { version: string; classes: readonly string[] }) {
  const trpc = useTRPC()
  const [split, setSplit] = useState<Split | 'all'>('all')
  const [classIndex, setClassIndex] = useState<number>()
  const [open, setOpen] = useState<number>()
  const filter = { ...(split === 'all' ? {} : { split }), ...(classIndex === undefined ? {} : { classIndex }) }
  const images = useInfiniteQuery(trpc.dataset.images.infiniteQueryOptions({ version, limit: 120, ...filter }, { getNextPageParam: (page) => page.nextCursor ?? undefined }))
  const shown = images.data?.pages.flatMap(({ items }) => items) ?? []
  const total = images.data?.pages[0]?.total
  return (
    <Panel
      title="Images"
      note={total === undefined ? undefined : quantityText(total, 'image')}
      actions={
        <>
          <select aria-label="Class" value={classIndex ?? ''} onChange={(event) => setClassIndex(event.target.value === '' ? undefined : Number(event.target.value))} className="h-7.5 max-w-44 rounded-md border bg-raised px-2 text-xs">
            <option value="">All classes</option>
            {classes.map((name, place) => (
              <option key={name} value={place}>
                {name}
              </option>
            ))}
          </select>
          <Segments label="Split" value={split} options={splitOptions} onChange={setSplit} />
        </>
      }
    >
      {images.isError && <ErrorState error={images.error} onRetry={() => void images.refetch()} />}
      {images.isPending && (
        <div role="status" aria-label="Loading images" className="grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-1.5">
          {Array.from({ length: 24 }, (_, place) => (
            <Skeleton key={place} className="aspect-square" />
          ))}
        </div>
      )}
      {total === 0 && <EmptyState icon={ImageOff} title="No image of this class in this split" />}
      <div className="max-h-[36rem] overflow-y-auto">
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-1.5">
          {shown.map((image, place) => (
            <GalleryImage key={image.path} image={image} className={classes[image.classIndex] ?? ''} place={place} onOpen={setOpen} />
          ))}
        </ul>
        {images.hasNextPage && <LoadMore busy={images.isFetchingNextPage} onNear={() => void images.fetchNextPage()} />}
      </div>
      {open !== undefined && shown[open] !== undefined && <Lightbox images={shown} classes={classes} place={open} onPlace={setOpen} onClose={() => setOpen(undefined)} />}
    </Panel>
  )
}
