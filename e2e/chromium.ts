import { existsSync } from 'node:fs'

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** A Chromium of this machine; undefined when there is none (the tests that need it are then skipped, and say so). */
export const chromiumPath: string | undefined = candidates.find((candidate) => existsSync(candidate))

/** As root in a container there is no sandbox to be had; nothing but our own pages is opened. */
export const chromiumArguments = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
