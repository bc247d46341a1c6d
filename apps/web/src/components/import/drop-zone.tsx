'use client'
import { FolderUp } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { useDrop } from '../ui/use-drop.ts'
import { readChosenFiles, readDroppedFiles } from './dropped-files.ts'
import type { ChosenFile } from './relative-paths.ts'

// React's types do not know the folder attribute.
const folderAttributes = { webkitdirectory: '' } as Record<string, string>

/** Takes a folder or a zip: dragged in, or chosen. */
export function DropZone({ onFiles, children }: { onFiles: (files: ChosenFile[]) => void; children?: ReactNode }) {
  const folder = useRef<HTMLInputElement>(null)
  const archive = useRef<HTMLInputElement>(null)
  const [failure, setFailure] = useState<string>()
  const take = (chosen: Promise<ChosenFile[]>) => {
    setFailure(undefined)
    chosen.then(
      (files) => (files.length === 0 ? setFailure('There is no file in it. An import needs a folder with a subfolder of images for each class, or a zip of one.') : onFiles(files)),
      () => setFailure('The browser could not read it. Choose it with the button instead, or use graft import.'),
    )
  }
  const { over, handlers } = useDrop((transfer) => take(readDroppedFiles(transfer)))
  const onChange = (input: HTMLInputElement) => {
    if (input.files !== null) take(Promise.resolve(readChosenFiles(input.files)))
    // The same choice again is a choice again.
    input.value = ''
  }
  return (
    <div
      {...handlers}
      className={classNames('flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border-2 border-dashed px-5 py-4 transition-colors', over ? 'border-accent bg-accent-soft' : 'border-line-strong bg-surface')}
    >
      <span className="grid size-10 shrink-0 place-items-center rounded-full bg-accent-soft text-accent">
        <FolderUp aria-hidden size={19} />
      </span>
      <div className="min-w-52 flex-1">
        <p className="font-medium">{over ? 'Let go to import' : 'Drop a folder or a zip to import it'}</p>
        <p className="mt-0.5 text-xs text-muted">A subfolder of images for each class; or train, validation and test folders with class folders in each.</p>
        {failure !== undefined && (
          <p role="alert" className="mt-1 text-xs text-danger">
            {failure}
          </p>
        )}
        {children}
      </div>
      <div className="flex gap-2">
        <Button onClick={() => folder.current?.click()}>Choose folder</Button>
        <Button onClick={() => archive.current?.click()}>Choose zip</Button>
      </div>
      <input ref={folder} type="file" multiple hidden aria-label="Folder of images" {...folderAttributes} onChange={(event) => onChange(event.target)} />
      <input ref={archive} type="file" accept=".zip,application/zip" hidden aria-label="Zip of images" onChange={(event) => onChange(event.target)} />
    </div>
  )
}
