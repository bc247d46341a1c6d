import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { makeSweep } from './made-sweep.ts'
import { databaseUrl, type RunningGraft } from './start-graft.ts'

const patience = { timeout: 120_000 }

/** A sweep file as Weights & Biases takes it. */
const wandbFile = `name: tuned
method: bayes
metric: { name: val_loss, goal: minimize }
run_cap: 3
dataset: hands
model: mobilenet-v2
parameters:
  lr: { distribution: log_uniform_values, min: 1.0e-4, max: 0.01 }
  optimizer: { values: [adam, sgd] }
  epochs: { value: 2 }
`

/** Presses what can be done with sweeps. Wants the dataset `hands` with trained models, and a worker. */
export function testSweepActions(running: () => { page: Page; graft: RunningGraft }): void {
  test('takes a sweep file of Weights & Biases, has it planned, launches, extends and clones it', async () => {
    const { page, graft } = running()
    await page.goto(`${graft.address}/sweeps/new`)
    await page.getByRole('button', { name: 'As YAML' }).click()
    const text = page.getByRole('textbox', { name: 'Sweep as YAML' })
    await text.fill(`program: train.py\n${wandbFile}`)
    await page.getByText(/“program” is about a script of one’s own.*The form stays as it was/).waitFor()
    await text.fill(wandbFile)
    await page.getByText(/3 trials/).first().waitFor()
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('tuned')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.getByText('What the planner chose, and why').click(patience)
    await page.getByText('mobilenet-v2 on hands').first().waitFor()
    await page.getByRole('button', { name: 'Launch', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: /tuned/ }).waitFor()
    await page.getByText('3 of 3').first().waitFor(patience)
    await page.getByRole('button', { name: 'Extend' }).click()
    await page.getByRole('textbox', { name: 'Budget: trials' }).fill('4')
    await page.getByRole('dialog').getByRole('button', { name: 'Extend', exact: true }).click()
    await page.getByText('4 of 4').first().waitFor(patience)
    await page.getByRole('button', { name: 'Clone' }).click()
    await page.getByRole('button', { name: 'Launch the copy' }).click()
    // The same seed and the same results: the same trials, which are there.
    await page.getByRole('heading', { level: 1, name: /tuned \(copy\)/ }).waitFor()
    await page.getByText('4 of 4').first().waitFor(patience)
  })

  test('widens the space of a sweep: a clone that learns from its results', async () => {
    const { page, graft } = running()
    await page.goto(`${graft.address}/sweeps`)
    await page.getByRole('img', { name: /^Best validation loss so far/ }).first().waitFor()
    await page.getByRole('link', { name: /^tuned (?!\(copy\))/ }).click()
    await page.getByRole('button', { name: 'Extend' }).click()
    await page.getByRole('link', { name: 'Clone with a wider space' }).click()
    await page.getByText(/Begins as tuned and learns from its results/).waitFor()
    const rate = page.getByRole('region', { name: 'Parameter phases.0.optimizer.learningRate' })
    await rate.getByRole('textbox', { name: 'To', exact: true }).fill('0.1')
    await page.getByRole('textbox', { name: 'Budget: trials' }).fill('1')
    await page.getByText(/1 trial/).first().waitFor()
    await page.getByRole('button', { name: 'Launch', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: /tuned \(wider\)/ }).waitFor()
    await page.getByText('starts from 1 earlier sweep').waitFor()
    await page.getByText('1 of 1').first().waitFor(patience)
    expect(await page.getByRole('region', { name: 'Table of trials' }).getByRole('row').count()).toBe(2)
  })

  test('evaluates trials as an ensemble', async () => {
    const { page, graft } = running()
    await page.goto(graft.address)
    await page.getByRole('button', { name: 'Ensemble on hands' }).click()
    const trials = page.getByRole('dialog').getByRole('checkbox')
    for (const index of [0, 1]) await trials.nth(index).check()
    await page.getByRole('button', { name: 'Evaluate as ensemble' }).click()
    const rows = page.getByRole('table', { name: 'Test accuracy of the ensemble and its members' }).getByRole('row')
    await rows.first().waitFor()
    expect(await rows.allInnerTexts()).toEqual([expect.stringMatching(/^Ensemble of 2\s+\d+\.\d%/), expect.stringMatching(/^MobileNetV2, seed \d\s+\d+\.\d%/), expect.stringMatching(/^MobileNetV2, seed \d\s+\d+\.\d%/)])
    await page.getByText(/points against its best member/).waitFor()
  })

  test('retries what failed, changes the priority, pauses, resumes and cancels', async () => {
    const { page, graft } = running()
    await page.goto(`${graft.address}/workers`)
    await page.getByRole('button', { name: /^Drain / }).click()
    await page.getByText('draining').waitFor()
    // With nobody to take them, the trials that are retried wait.
    await page.goto(`${graft.address}/sweeps/${await makeSweep(databaseUrl(graft.dataFolder), 400)}`)
    await page.getByRole('button', { name: /^Retry \d+ failed/ }).click()
    const state = (name: string) => page.getByRole('heading', { level: 1 }).getByText(name, { exact: true })
    await state('Running').waitFor()
    await page.getByLabel('Priority').selectOption('high')
    await page.getByRole('button', { name: 'Pause' }).click()
    await state('Paused').waitFor()
    expect(await page.getByLabel('Priority').inputValue()).toBe('50')
    await page.getByRole('button', { name: 'Resume' }).click()
    await state('Running').waitFor()
    await page.getByRole('button', { name: 'Cancel what is left' }).click()
    await page.getByRole('button', { name: 'Cancel the sweep' }).click()
    await state('Cancelled').waitFor()
    await page.goto(`${graft.address}/workers`)
    await page.getByRole('button', { name: /^Resume / }).click()
    await page.getByRole('button', { name: /^Drain / }).waitFor()
  })
}
