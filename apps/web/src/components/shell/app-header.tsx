import Link from 'next/link'
import { GraftMark } from './graft-mark.tsx'
import { LiveDot } from './live-dot.tsx'
import { HeaderNavigation } from './navigation.tsx'
import { SignOut } from './sign-out.tsx'
import type { Theme } from './theme.ts'
import { ThemeToggle } from './theme-toggle.tsx'

export function AppHeader({ theme, hasSession }: { theme: Theme; hasSession: boolean }) {
  return (
    <header className="sticky top-0 z-30 border-b bg-surface/90 backdrop-blur-md">
      <div className="mx-auto flex h-13 w-full max-w-[1440px] items-center gap-6 px-4 sm:px-6">
        <Link href="/" className="flex items-center gap-2 text-[15px] font-semibold tracking-tight">
          <GraftMark /> Graft
        </Link>
        <HeaderNavigation />
        <div className="ml-auto flex items-center gap-1">
          <LiveDot />
          <ThemeToggle initial={theme} />
          {hasSession && <SignOut />}
        </div>
      </div>
    </header>
  )
}
