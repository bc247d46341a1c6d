'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Play, ScanSearch, Sprout } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { percentText } from '../../format/accuracy.ts'
import { quantityText } from '../../format/count.ts'
import { useTRPC, useTRPCClient } from '../../trpc/client.tsx'
import { uploadBlob } from '../import/upload.ts'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorNote, ErrorState } from '../ui/error-state.tsx'
import { SelectField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { ImageDrop } from './image-drop.tsx'
import { PredictionResult, type SentImage } from './prediction-result.tsx'

const mostImages = 16

/** Drop an image, see what a trained model makes of it. */
export function TryView({ initialTrial }: { initialTrial: string | undefined }) {
  const trpc = useTRPC()
  const server = useTRPCClient()
  const trained = useQuery(trpc.trial.trained.queryOptions())
  const [chosen, setChosen] = useState(initialTrial)
  const [sent, setSent] = useState<{ predictionId: string; images: SentImage[]; left: number }>()
  const addresses = useRef<string[]>([])
  useEffect(() => () => addresses.current.forEach((address) => URL.revokeObjectURL(address)), [])

  const trial = trained.data?.find(({ trialId }) => trialId === chosen) ?? trained.data?.toSorted((a, b) => b.accuracy - a.accuracy)[0]
  const send = useMutation({
    mutationFn: async (files: File[]) => {
      const images = await Promise.all(files.slice(0, mostImages).map(async (file) => ({ file, ...(await uploadBlob(file)) })))
      const { id } = await server.prediction.create.mutate({ trialId: trial!.trialId, images: images.map(({ file, sha256, bytes }) => ({ path: file.name || 'pasted image', sha256, bytes })) })
      addresses.current.forEach((address) => URL.revokeObjectURL(address))
      addresses.current = images.map(({ file }) => URL.createObjectURL(file))
      // Pictures and answers change together: no picture ever stands beside another's classes.
      setSent({ predictionId: id, images: images.map(({ file, sha256 }, place) => ({ name: file.name || 'pasted image', sha256, address: addresses.current[place]! })), left: files.length - images.length })
    },
  })
  const datasets = [...new Set(trained.data?.map(({ dataset }) => dataset))]
  return (
    <Page title="Try it" note="Drop an image and see its classes, as any trained model sees them.">
      {trained.isError && <Panel><ErrorState error={trained.error} onRetry={() => void trained.refetch()} /></Panel>}
      {trained.isPending && <Skeleton className="h-80" />}
      {trained.data?.length === 0 && (
        <Panel>
          <EmptyState icon={Sprout} title="No trained model yet" command="npx graft predict IMAGE" action={<Link href="/sweeps/new" className={buttonClass('primary')}><Play aria-hidden size={15} /> New sweep</Link>}>
            Launch a sweep first; each finished trial is a model to try.
          </EmptyState>
        </Panel>
      )}
      {trial !== undefined && (
        <div className="grid gap-4 lg:grid-cols-[25rem_minmax(0,1fr)] lg:items-start">
          <Panel>
            <div className="space-y-4">
              <SelectField label="Model" value={trial.trialId} onChange={(event) => setChosen(event.target.value)} hint={<>{trial.recipe} · <Link href={`/trials/${trial.trialId}`} className="underline">open the trial</Link></>}>
                {datasets.map((dataset) => (
                  <optgroup key={dataset} label={dataset}>
                    {trained.data?.filter((item) => item.dataset === dataset).map((item) => (
                      <option key={item.trialId} value={item.trialId}>
                        {percentText(item.accuracy)}% · {item.modelName} on {item.dataset}, seed {item.seed}
                      </option>
                    ))}
                  </optgroup>
                ))}
              </SelectField>
              <ImageDrop busy={send.isPending} onImages={(files) => files.length > 0 && send.mutate(files)} />
              {send.isError && <ErrorNote error={send.error} />}
            </div>
          </Panel>
          <Panel title="Classes" note={`${trial.modelName} on ${trial.dataset}`}>
            {sent === undefined ? (
              send.isPending ? <Skeleton className="h-52" /> : <EmptyState icon={ScanSearch} title="What will it say?" command={`npx graft predict IMAGE --trial ${trial.trialId}`}>The classes appear here, most probable first.</EmptyState>
            ) : (
              <>
                {sent.left > 0 && <p className="mb-3 text-xs text-warning">The first {mostImages} were sent; {quantityText(sent.left, 'image')} left out.</p>}
                <PredictionResult predictionId={sent.predictionId} images={sent.images} />
              </>
            )}
          </Panel>
        </div>
      )}
    </Page>
  )
}
