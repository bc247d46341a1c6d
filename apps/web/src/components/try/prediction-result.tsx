'use client'
import { isTerminal } from '@graft/contracts/trial'
import { useQuery } from '@tanstack/react-query'
import { ImageOff } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '../../trpc/client.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { JobProgress } from '../ui/job-progress.tsx'
import { ProbabilityBars } from '../ui/probability-bars.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** A picture that was sent, by its hash, as the browser has it. */
export interface SentImage {
  name: string
  sha256: string
  address: string
}

/** A picture of this page's own making: nothing for a server to resize. */
function SentPicture({ image }: { image: SentImage }) {
  const [broken, setBroken] = useState(false)
  if (broken) {
    return (
      <span role="img" aria-label={`${image.name} (cannot be shown)`} className="grid h-32 w-full place-items-center rounded-md bg-sunken text-faint">
        <ImageOff aria-hidden size={22} />
      </span>
    )
  }
  // oxlint-disable-next-line nextjs/no-img-element
  return <img src={image.address} alt={image.name} onError={() => setBroken(true)} className="max-h-64 w-full rounded-md bg-sunken object-contain" />
}

/** The classes of each image sent, as bars. */
export function PredictionResult({ predictionId, images }: { predictionId: string; images: readonly SentImage[] }) {
  const trpc = useTRPC()
  const prediction = useQuery(trpc.prediction.get.queryOptions({ id: predictionId }, { refetchInterval: ({ state }) => (state.data !== undefined && isTerminal(state.data.state) ? false : 1000) }))
  const { data } = prediction
  return (
    <div className="space-y-3" aria-live="polite">
      {prediction.isError && <ErrorNote error={prediction.error} />}
      {data?.error != null && <ErrorNote error={{ error: data.error }} />}
      {data !== undefined && !isTerminal(data.state) && <JobProgress progress={data.progress} label="Classifying" />}
      <ul className="space-y-4">
        {images.map((image, place) => {
          const found = data?.predictions?.[place]
          return (
            <li key={`${place} ${image.sha256}`} className="grid gap-4 sm:grid-cols-[minmax(0,16rem)_minmax(0,1fr)]">
              <SentPicture image={image} />
              <div className="min-w-0">
                <p className="mb-2 truncate text-xs text-muted">{image.name}</p>
                {found?.error != null && <ErrorNote error={new Error(found.error)} />}
                {found !== undefined && found.error === null && <ProbabilityBars classes={found.classes.slice(0, 8)} />}
                {found === undefined && data?.error == null && <Skeleton className="h-40" />}
              </div>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
