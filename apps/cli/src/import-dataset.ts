import { createReadStream, openAsBlob } from 'node:fs'
import { open, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { Command } from 'commander'
import { importIssueKinds, importRequestSchema, type ImportIssue, type ImportRequest } from '@graft/contracts/dataset'
import { fromErrorReport, GraftError } from '@graft/contracts/errors'
import type { ImportView } from '@graft/contracts/views'
import { isTerminal } from '@graft/contracts/trial'
import { openFolder } from '@graft/core/dataset/folder-source'
import { forEachInLanes } from '@graft/core/image/for-each-in-lanes'
import { requireInput } from './input.ts'
import { pollUntil } from './poll.ts'
import { showJob, startProgress, stretch, type Progress } from './progress.ts'
import { connect, type ServerClient } from './server-client.ts'
import { paint, print, printable, printJson, remark } from './terminal.ts'

export interface ImportDatasetOptions { name?: string; split: string; seed: string; report?: string; json?: boolean }

/** Uploads side by side. */
const uploadsAtOnce = 6

/** Uploads a folder or zip, waits for the import and says what it found. @throws GraftError, also when the import failed. */
export async function importDataset(given: string, options: ImportDatasetOptions, command: Command): Promise<void> {
  const source = await lookAt(given)
  const request = requireInput(importRequestSchema, { name: options.name ?? path.basename(path.resolve(given)).replace(/\.zip$/i, ''), splitRule: options.split, seed: Number(options.seed) })
  const client = connect(command)
  const progress = await startProgress(`import ${request.name}`)
  let view: ImportView
  try {
    view = await uploadAndWait(client, source, request, progress)
  } finally {
    progress.stop()
  }
  if (view.state !== 'finished' || !view.dataset) throw view.error ? fromErrorReport(view.error) : new GraftError('aborted', `The import of “${request.name}” was ${view.state}.`)
  await tell(client, view.dataset, options)
}

type Source = { kind: 'zip'; file: string; bytes: number } | { kind: 'files'; folder: string; files: { path: string; bytes: number }[] }

/** What lies at the path, before anything is sent. */
async function lookAt(given: string): Promise<Source> {
  const there = await stat(given).catch(() => null)
  if (!there) throw new GraftError('not_found', `There is no file or folder ${given}.`, { hint: 'Give a folder with one subfolder a class, or a zip of one.' })
  if (there.isDirectory()) {
    const source = await openFolder(given)
    const files: { path: string; bytes: number }[] = []
    let links = 0
    try {
      for await (const entry of source.entries()) {
        if (entry.link) links++
        else files.push(entry)
      }
    } finally {
      await source.close()
    }
    if (links > 0) remark(`Symbolic links are not followed: ${links} left out.`)
    if (files.length === 0) throw new GraftError('invalid_input', `The folder ${given} holds no files.`, { hint: 'Expected one subfolder a class with images in it.' })
    return { kind: 'files', folder: given, files }
  }
  const handle = await open(given)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    if (bytesRead < 4 || buffer.toString('latin1', 0, 2) !== 'PK') {
      throw new GraftError('unsupported', `${given} is neither a folder nor a zip file${there.size === 0 ? ' (it is empty)' : ''}.`, { hint: 'Give a folder with one subfolder a class, or a zip of one.' })
    }
  } finally {
    await handle.close()
  }
  return { kind: 'zip', file: given, bytes: there.size }
}

async function uploadAndWait(client: ServerClient, source: Source, request: ImportRequest, progress: Progress): Promise<ImportView> {
  const { importId } = await client.call((api) => api.import.create.mutate({ ...request, source: source.kind }))
  const cancel = () => void client.call((api) => api.import.cancel.mutate({ importId })).catch(() => undefined).finally(() => process.exit(130))
  process.once('SIGINT', cancel)
  try {
    const upload = stretch(progress, 0, 0.3)
    const job = stretch(progress, 0.3, 1)
    if (source.kind === 'zip') await uploadArchive(client, importId, source, upload)
    else await uploadFiles(client, importId, source, upload)
    await client.call((api) => api.import.start.mutate({ importId }))
    return await pollUntil(
      () => client.ask((api) => api.import.get.query({ importId })),
      (view) => view.state !== 'uploading' && isTerminal(view.state),
      (view) => showJob(job, view),
    )
  } finally {
    process.removeListener('SIGINT', cancel)
  }
}

async function uploadArchive(client: ServerClient, importId: string, source: Extract<Source, { kind: 'zip' }>, progress: Pick<Progress, 'update'>): Promise<void> {
  let sent = 0
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(source.file)) {
      yield chunk as Buffer
      progress.update((sent += (chunk as Buffer).length) / source.bytes, 'uploading the archive')
    }
  }
  // Pulled as the server takes it: an archive may be larger than the memory.
  const body = Readable.toWeb(Readable.from(chunks(), { objectMode: false })) as ReadableStream<Uint8Array>
  await client.request(`/api/uploads/${importId}/archive`, { method: 'PUT', body, duplex: 'half', headers: { 'content-type': 'application/zip' } })
}

async function uploadFiles(client: ServerClient, importId: string, { folder, files }: Extract<Source, { kind: 'files' }>, progress: Pick<Progress, 'update'>): Promise<void> {
  let done = 0
  await forEachInLanes(files, uploadsAtOnce, async (file) => {
    const body = await openAsBlob(path.join(folder, file.path))
    await client.request(`/api/uploads/${importId}/files?path=${encodeURIComponent(file.path)}`, { method: 'PUT', body })
    progress.update(++done / files.length, `uploading ${done} of ${files.length} files`)
  })
}

/** Prints the import report: what became of the files and why some are not in it. */
async function tell(client: ServerClient, dataset: NonNullable<ImportView['dataset']>, options: ImportDatasetOptions): Promise<void> {
  const detail = await client.ask((api) => api.dataset.get.query({ name: dataset.name, version: dataset.version }))
  const issues = await allIssues(client, dataset.version)
  const report = { dataset: dataset.name, version: dataset.version, unchanged: dataset.unchanged, classes: detail.classes, bySplit: detail.bySplit, filesFound: detail.report.filesFound, imagesKept: detail.report.imagesKept, seconds: detail.report.seconds, notes: detail.report.notes, issues }
  if (options.report) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`)
  if (options.json) return printJson(report)
  print(`${paint('green', '✓')} ${paint('bold', printable(dataset.name))} ${dataset.unchanged ? 'is unchanged: the version was there already' : 'imported'} (version ${dataset.version.slice(0, 12)})`)
  print(`  ${detail.report.imagesKept} of ${detail.report.filesFound} files kept, ${detail.classes.length} classes; train ${detail.bySplit.train}, validation ${detail.bySplit.validation}, test ${detail.bySplit.test}`)
  for (const note of detail.report.notes) print(`  ${paint('dim', printable(note))}`)
  for (const kind of new Set(issues.map((issue) => issue.kind))) {
    const ofKind = issues.filter((issue) => issue.kind === kind)
    const isError = importIssueKinds[kind] === 'error'
    print(`  ${paint(isError ? 'red' : 'yellow', isError ? 'left out' : 'warning')}  ${kind}: ${ofKind.length}`)
    for (const issue of ofKind.slice(0, 5)) print(`    ${printable(issue.path)}: ${printable(issue.reason)}`)
    if (ofKind.length > 5) print(paint('dim', `    … and ${ofKind.length - 5} more`))
  }
  if (options.report) remark(`The whole report is in ${options.report}.`)
  else if (issues.length > 0) print(paint('dim', '  The whole list: graft import … --report FILE, or the page of the dataset.'))
}

async function allIssues(client: ServerClient, version: string): Promise<ImportIssue[]> {
  const issues: ImportIssue[] = []
  let cursor: string | undefined
  do {
    const page = await client.ask((api) => api.dataset.issues.query({ version, limit: 500, ...(cursor ? { cursor } : {}) }))
    issues.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return issues
}
