import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

const looks = {
  primary: 'bg-accent text-accent-ink shadow-raised hover:bg-accent-hover font-medium',
  plain: 'border border-line-strong bg-raised text-ink shadow-raised hover:bg-hover',
  quiet: 'text-muted hover:bg-hover hover:text-ink',
  danger: 'border border-danger/40 bg-raised text-danger hover:bg-danger-soft',
}
const sizes = { small: 'h-7 gap-1.5 px-2.5 text-xs', medium: 'h-9 gap-2 px-3.5 text-sm', icon: 'size-8 justify-center' }

/** The classes of a button, for links that look like one. */
export function buttonClass(look: keyof typeof looks = 'plain', size: keyof typeof sizes = 'medium'): string {
  return classNames(
    'inline-flex shrink-0 items-center justify-center rounded-md whitespace-nowrap transition-colors select-none disabled:pointer-events-none disabled:opacity-50',
    looks[look],
    sizes[size],
  )
}

export function Button({ look = 'plain', size = 'medium', className, ...rest }: ComponentProps<'button'> & { look?: keyof typeof looks; size?: keyof typeof sizes }) {
  return <button type="button" className={classNames(buttonClass(look, size), className)} {...rest} />
}
