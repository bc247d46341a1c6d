import { Boxes, Images, LayoutGrid, ScanSearch, Server, Sprout, type LucideIcon } from 'lucide-react'

export interface NavigationItem {
  href: string
  name: string
  icon: LucideIcon
}

export const navigationItems: readonly NavigationItem[] = [
  { href: '/', name: 'Leaderboard', icon: LayoutGrid },
  { href: '/datasets', name: 'Datasets', icon: Images },
  { href: '/models', name: 'Models', icon: Boxes },
  { href: '/sweeps', name: 'Sweeps', icon: Sprout },
  { href: '/workers', name: 'Workers', icon: Server },
  { href: '/try', name: 'Try it', icon: ScanSearch },
]

/** Whether a page belongs to an item: its own page or one below it; trials belong to the sweeps, people to the workers. */
export function isCurrent(item: NavigationItem, path: string): boolean {
  if (item.href === '/') return path === '/'
  if (item.href === '/sweeps' && path.startsWith('/trials/')) return true
  if (item.href === '/workers' && path === '/people') return true
  return path === item.href || path.startsWith(`${item.href}/`)
}
