import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { CommandLine } from './command-line.tsx'

/** Nothing here yet: what belongs here, the next step, and the same step on the command line. */
export function EmptyState({ icon: Icon, title, children, action, command }: { icon: LucideIcon; title: string; children?: ReactNode; action?: ReactNode; command?: string }) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <span className="mb-3 grid size-11 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon aria-hidden size={20} />
      </span>
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-md text-sm text-muted">{children}</div>}
      {action !== undefined && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
      {command !== undefined && (
        <div className="mt-4 flex max-w-full flex-col items-center gap-1.5">
          <span className="text-2xs text-faint">or on the command line</span>
          <CommandLine command={command} />
        </div>
      )}
    </div>
  )
}
