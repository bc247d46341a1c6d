'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { classNames } from '../ui/class-names.ts'
import { isCurrent, navigationItems } from './navigation-items.ts'

/** The header's links, on wide windows. */
export function HeaderNavigation() {
  const path = usePathname()
  return (
    <nav aria-label="Main" className="hidden items-center gap-0.5 lg:flex">
      {navigationItems.map((item) => {
        const current = isCurrent(item, path)
        return (
          <Link
            key={item.href}
            href={item.href}
            aria-current={current ? 'page' : undefined}
            className={classNames('flex h-8 items-center gap-2 rounded-md px-2.5 text-sm transition-colors', current ? 'bg-hover font-medium text-ink' : 'text-muted hover:bg-hover hover:text-ink')}
          >
            <item.icon aria-hidden size={15} className={current ? 'text-accent' : ''} />
            {item.name}
          </Link>
        )
      })}
    </nav>
  )
}

/** The bar at the bottom, on phones and tablets. */
export function BottomNavigation() {
  const path = usePathname()
  return (
    <nav aria-label="Main" className="fixed inset-x-0 bottom-0 z-30 border-t bg-surface/95 pb-[env(safe-area-inset-bottom)] backdrop-blur lg:hidden">
      <ul className="mx-auto grid max-w-xl grid-cols-6 px-1">
        {navigationItems.map((item) => {
          const current = isCurrent(item, path)
          return (
            <li key={item.href} className="min-w-0">
              <Link href={item.href} aria-current={current ? 'page' : undefined} className={classNames('flex h-14 flex-col items-center justify-center gap-1 text-[10px] leading-none', current ? 'font-medium text-accent' : 'text-muted')}>
                <item.icon aria-hidden size={18} />
                {item.name}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
