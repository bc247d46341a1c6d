import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { RunningGraft } from './start-graft.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds serious or critical on the page as it is, in a line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  // As text: this file is checked without the types of a browser.
  return page.evaluate<string[]>(`axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' at ' + target.join(' ') + ': ' + failureSummary)))`)
}

/** Every page, wide and narrow, light and dark. Wants the dataset `hands` with a sweep of it. */
export function testAccessibility(running: () => { page: Page; graft: RunningGraft }): void {
  test('no page has a serious or critical problem of accessibility, or is wider than the window', async () => {
    const { page, graft } = running()
    await page.goto(`${graft.address}/sweeps`)
    const sweep = await page.getByRole('link', { name: /^tuned (?!\()/ }).getAttribute('href')
    await page.goto(`${graft.address}${sweep}`)
    const trial = await page.getByRole('region', { name: 'Table of trials' }).getByRole('link').first().getAttribute('href')
    const problems: Record<string, string[]> = {}
    for (const [width, colorScheme] of [[1440, 'light'], [390, 'dark']] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      for (const address of ['/', '/datasets', '/datasets/hands', '/models', '/sweeps', '/sweeps/new', sweep!, trial!, '/workers', '/people', '/try']) {
        await page.goto(`${graft.address}${address}`, { waitUntil: 'load' })
        await expect.poll(() => page.getByRole('status', { name: /^Loading/ }).count(), { timeout: 60_000 }).toBe(0)
        const found = await accessibilityProblems(page)
        if (await page.evaluate(`document.documentElement.scrollWidth > innerWidth`)) found.push('wider than the window')
        if (found.length > 0) problems[`${address} at ${width}, ${colorScheme}`] = found
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
    expect(problems).toEqual({})
  }, 480_000)
}
