'use client'
import { importRequestSchema, splitRules } from '@graft/contracts/dataset'
import { useMutation } from '@tanstack/react-query'
import { Upload } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { fieldErrors } from '../../failure/field-errors.ts'
import { bytesText } from '../../format/bytes.ts'
import { countText, quantityText } from '../../format/count.ts'
import { useTRPCClient } from '../../trpc/client.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorNote } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { relativePaths, suggestName, type ChosenFile } from './relative-paths.ts'
import { uploadFiles, type UploadProgress } from './upload.ts'

const ruleNames: Record<(typeof splitRules)[number] | 'auto', string> = {
  auto: 'By its folders, else 80/10/10',
  '80/10/10': '80% train, 10% validation, 10% test',
  'seed-study': 'Seed study: 72/20/8',
  folders: 'By its train, validation and test folders',
}

/** What was dropped, its name and split, and the upload. */
export function ImportForm({ files, onStarted, onCancel }: { files: readonly ChosenFile[]; onStarted: (importId: string) => void; onCancel: () => void }) {
  const server = useTRPCClient()
  const isZip = files.length === 1 && /\.zip$/i.test(files[0]!.path)
  const [values, setValues] = useState(() => ({ name: suggestName(files.map(({ path }) => path)), splitRule: 'auto', seed: '0' }))
  const [progress, setProgress] = useState<UploadProgress>()
  const abort = useRef<AbortController>(undefined)
  useEffect(() => () => abort.current?.abort(), [])

  const parsed = importRequestSchema.safeParse({ ...values, seed: values.seed.trim() === '' ? Number.NaN : Number(values.seed) })
  const errors = parsed.success ? {} : fieldErrors(parsed.error.issues)
  const send = useMutation({
    mutationFn: async () => {
      if (!parsed.success) throw new Error('The form has errors.')
      const control = (abort.current = new AbortController())
      const source = isZip ? 'zip' : 'files'
      const { importId } = await server.import.create.mutate({ ...parsed.data, source })
      const paths = relativePaths(files.map(({ path }) => path))
      await uploadFiles(importId, files.map(({ file }, place) => ({ file, path: paths[place]! })), source, setProgress, control.signal)
      await server.import.start.mutate({ importId })
      return importId
    },
    onSuccess: onStarted,
    onError: () => setProgress(undefined),
  })
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0)
  return (
    <Panel title="Import images" note={`${isZip ? files[0]!.path : quantityText(files.length, 'file')} · ${bytesText(bytes)}`}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (parsed.success) send.mutate()
        }}
      >
        <div className="grid gap-3 sm:grid-cols-[2fr_2fr_1fr]">
          <TextField label="Name" value={values.name} disabled={send.isPending} onChange={(event) => setValues({ ...values, name: event.target.value })} error={errors.name} />
          <SelectField label="Split" value={values.splitRule} disabled={send.isPending} onChange={(event) => setValues({ ...values, splitRule: event.target.value })} error={errors.splitRule}>
            {(['auto', ...splitRules] as const).map((rule) => (
              <option key={rule} value={rule}>
                {ruleNames[rule]}
              </option>
            ))}
          </SelectField>
          <TextField label="Seed of the split" inputMode="numeric" value={values.seed} disabled={send.isPending} onChange={(event) => setValues({ ...values, seed: event.target.value })} error={errors.seed} />
        </div>
        {progress !== undefined && (
          <div>
            <ProgressBar fraction={progress.totalBytes === 0 ? null : progress.bytes / progress.totalBytes} label="Upload" />
            <p className="mt-1.5 text-xs text-muted tabular-nums">
              Uploading: {countText(progress.files)} of {quantityText(progress.totalFiles, 'file')}, {bytesText(progress.bytes)} of {bytesText(progress.totalBytes)}
            </p>
          </div>
        )}
        {send.isError && <ErrorNote error={send.error} />}
        <div className="flex gap-2">
          <Button type="submit" look="primary" disabled={!parsed.success || send.isPending}>
            <Upload aria-hidden size={15} /> {send.isPending ? 'Uploading…' : 'Import'}
          </Button>
          <Button look="quiet" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </form>
    </Panel>
  )
}
