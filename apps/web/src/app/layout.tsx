import '@fontsource-variable/inter/index.css'
import { sessionCookie } from '@graft/api/auth/sessions'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { AppHeader } from '../components/shell/app-header.tsx'
import { BottomNavigation } from '../components/shell/navigation.tsx'
import { readTheme, themeCookie } from '../components/shell/theme.ts'
import { LiveUpdates } from '../live/live-updates.tsx'
import { ServerConnection } from '../trpc/client.tsx'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Graft', template: '%s · Graft' },
  description: 'Transfer-learning studies: which pretrained network, on which dataset, and is it really better?',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#121714' },
  ],
  viewportFit: 'cover',
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies()
  const theme = readTheme(jar.get(themeCookie)?.value)
  return (
    <html lang="en" {...(theme === 'system' ? {} : { 'data-theme': theme })}>
      <body>
        <a href="#content" className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
          Skip to the content
        </a>
        <ServerConnection>
          <LiveUpdates>
            <AppHeader theme={theme} hasSession={jar.has(sessionCookie)} />
            <main id="content">{children}</main>
            <BottomNavigation />
          </LiveUpdates>
        </ServerConnection>
      </body>
    </html>
  )
}
