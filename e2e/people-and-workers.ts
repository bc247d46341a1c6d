import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { createDatabaseClient } from '../packages/db/src/client.ts'
import { databaseUrl, type RunningGraft } from './start-graft.ts'

/** Presses what an administrator can do with people and workers. */
export function testPeopleAndWorkers(running: () => { page: Page; graft: RunningGraft }): void {
  test('adds a person with quotas, changes them, makes a token that signs in, and reads what was changed', async () => {
    const { page, graft } = running()
    await page.goto(`${graft.address}/workers`)
    await page.getByRole('link', { name: 'People' }).click()
    await page.getByRole('button', { name: 'Person', exact: true }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('ana')
    await page.getByRole('textbox', { name: 'Running at most' }).fill('2')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('row', { name: /^ana.* 0 of 2 / }).waitFor()
    await page.getByRole('button', { name: 'Change ana' }).click()
    await page.getByRole('textbox', { name: 'Weight' }).fill('-1')
    await page.getByText('A number above 0, at most 1000.').waitFor()
    await page.getByRole('textbox', { name: 'Weight' }).fill('3')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: /^ana.* 3 0 of 2 / }).waitFor()
    await page.getByRole('button', { name: 'A token for ana' }).click()
    await page.getByRole('button', { name: 'Make it' }).click()
    const token = await page.getByRole('dialog').locator('code').innerText()
    const own = await fetch(`${graft.address}/api/trpc/person.me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await own.text()).toContain('"ana"')
    await page.getByRole('button', { name: 'Done' }).click()
    await page.reload()
    await page.getByRole('listitem').filter({ hasText: /made a token.*ana/ }).first().waitFor()
  })

  test('shows why a worker is quarantined and lifts it; tells the command of another worker', async () => {
    const { page, graft } = running()
    const db = createDatabaseClient(databaseUrl(graft.dataFolder), { connections: 1 })
    try {
      await db.worker.updateMany({ data: { quarantinedAt: new Date(), quarantineReason: 'Three faults of its machine in a row.' } })
    } finally {
      await db.$disconnect()
    }
    await page.goto(`${graft.address}/workers`)
    await page.getByText('Three faults of its machine in a row.').waitFor()
    await page.getByRole('button', { name: /^Lift the quarantine of / }).click()
    await page.getByRole('button', { name: /^Drain / }).waitFor()
    await page.getByRole('button', { name: 'Worker', exact: true }).click()
    await page.getByRole('combobox', { name: 'Device' }).selectOption('cuda')
    await page.getByRole('button', { name: 'Make a token' }).click()
    await page.getByText('The token is shown this once').waitFor()
    const command = await page.getByRole('dialog').locator('code').last().innerText()
    expect(command.replace(/--token (?!TOKEN)\S{16,} /, '')).toBe(`npx graft worker --server ${graft.address} --device cuda`)
  })
}
