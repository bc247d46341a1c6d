import { CopyButton } from './copy-button.tsx'

/** A command to copy. */
export function CommandLine({ command }: { command: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-md border bg-sunken py-1 pr-1 pl-2.5">
      <code tabIndex={0} className="overflow-x-auto font-mono text-xs whitespace-nowrap text-ink hide-scrollbar">{command}</code>
      <CopyButton text={command} name="the command" />
    </span>
  )
}
