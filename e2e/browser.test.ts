import { createWriteStream, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import yazl from 'yazl'
import { testAccessibility } from './accessibility.ts'
import { chromiumArguments, chromiumPath } from './chromium.ts'
import { makeSweep } from './made-sweep.ts'
import { framesDuring, framesText, moveToAndFro, untilPainted } from './plot-frames.ts'
import { testPeopleAndWorkers } from './people-and-workers.ts'
import { testSweepActions } from './sweep-actions.ts'
import { databaseUrl, removeFolder, startGraft, temporaryFolder, type RunningGraft } from './start-graft.ts'

const photographs = path.resolve(import.meta.dirname, '../samples/sign-digits/train')
const classes = ['0', '5', '9']
const patience = { timeout: 120_000 }

if (chromiumPath === undefined) console.log('Skipped: the browser test needs a Chromium (Debian: apt-get install chromium).')

/** A zip as people make them: one folder around the class folders. */
function writeZip(file: string): Promise<void> {
  const zip = new yazl.ZipFile()
  for (const name of classes) {
    const folder = path.join(photographs, name)
    for (const photograph of readdirSync(folder)) zip.addFile(path.join(folder, photograph), `hands/${name}/${photograph}`)
  }
  zip.addBuffer(Buffer.alloc(0), 'hands/5/empty.jpg')
  zip.end()
  return new Promise((resolve, reject) => zip.outputStream.pipe(createWriteStream(file)).on('close', resolve).on('error', reject))
}

describe.skipIf(chromiumPath === undefined || process.platform !== 'linux')('in the browser', () => {
  const folder = temporaryFolder()
  let graft: RunningGraft
  let browser: Browser
  let page: Page
  const problems: string[] = []

  beforeAll(async () => {
    graft = await startGraft({ dataFolder: path.join(folder, 'data') })
    browser = await chromium.launch({ executablePath: chromiumPath!, args: chromiumArguments })
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.setDefaultTimeout(60_000)
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    // The first start builds the dashboard: minutes on a busy machine.
  }, 480_000)
  afterAll(async () => {
    await browser?.close()
    await graft?.stop()
    removeFolder(folder)
  })

  test('imports a zip and shows what it could not use', async () => {
    const zip = path.join(folder, 'hands.zip')
    await writeZip(zip)
    await page.goto(`${graft.address}/datasets`)
    await page.getByLabel('Zip of images').setInputFiles(zip)
    await page.getByRole('textbox', { name: 'Name' }).fill('hands')
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByRole('link', { name: 'Look at it' }).click(patience)
    await page.getByRole('heading', { level: 1, name: 'hands' }).waitFor()
    await page.getByText('empty.jpg').first().waitFor()
    expect(await page.getByText('empty.jpg').count()).toBeGreaterThan(0)
  })

  test('launches a sweep and watches it end without a reload', async () => {
    await page.goto(`${graft.address}/sweeps/new`)
    await page.getByRole('group', { name: 'Datasets' }).getByText('hands', { exact: true }).click()
    await page.getByRole('group', { name: 'Models' }).getByText('MobileNetV2', { exact: true }).click()
    await page.getByRole('textbox', { name: 'Epochs' }).fill('5')
    await page.getByRole('textbox', { name: 'Seeds' }).fill('0-1')
    await page.getByText(/2 trials/).first().waitFor()
    await page.getByRole('button', { name: 'Launch' }).click()
    await page.waitForURL(/\/sweeps\/[0-9a-f-]{36}$/)
    const loads: string[] = []
    page.on('load', () => loads.push(page.url()))
    await page.getByText('2 finished').or(page.getByText('2/2')).or(page.getByText('2 of 2')).first().waitFor(patience)
    expect(loads).toEqual([])
  })

  test('reads the leaderboard and opens a trial', async () => {
    await page.goto(graft.address)
    const cell = page.getByRole('button', { name: /^MobileNetV2 on hands: \d+(\.\d+)?%/ })
    await cell.click()
    await page.getByRole('link', { name: /seed 0/ }).click()
    await page.waitForURL(/\/trials\//)
    await page.getByRole('table', { name: /Confusion matrix/ }).waitFor()
    await page.getByRole('img', { name: /accuracy by epoch/i }).waitFor()
    const predictions = await page.getByRole('link', { name: /Predictions/ }).getAttribute('href')
    const csv = await (await page.request.get(`${graft.address}${predictions}`)).text()
    const [header, ...rows] = csv.trim().split(/\r?\n/)
    expect(header).toMatch(/^path,split,label,predicted,/)
    expect(rows.length).toBeGreaterThan(5)
  })

  test('writes a fine-tuning recipe, sees it as text, launches it and reads its phases', async () => {
    await page.goto(`${graft.address}/sweeps/new`)
    await page.getByRole('group', { name: 'Datasets' }).getByText('hands', { exact: true }).click()
    await page.getByRole('group', { name: 'Models' }).getByText('MobileNetV2', { exact: true }).click()
    await page.getByRole('textbox', { name: 'Epochs' }).fill('3')
    await page.getByRole('button', { name: 'Fine-tune the network after it' }).click()
    const tuning = page.getByRole('region', { name: 'Phase 2' })
    await tuning.getByLabel('Unfreeze').selectOption('block')
    await tuning.getByRole('textbox', { name: 'Block' }).fill('block_16')
    await tuning.getByRole('textbox', { name: 'Epochs' }).fill('2')
    await tuning.getByRole('textbox', { name: 'Batch size' }).fill('5000')
    await tuning.getByText('At most 1024.').waitFor()
    await tuning.getByRole('textbox', { name: 'Batch size' }).fill('1000')
    await tuning.getByText(/larger than the \d+ training images/).waitFor()
    // The browser reports every answer of 400; this one was asked for.
    expect(problems.splice(0).filter((problem) => !problem.includes('status of 400'))).toEqual([])
    await page.getByRole('radio', { name: 'YAML' }).click()
    const text = page.getByRole('textbox', { name: 'Recipe as YAML' })
    expect(await text.inputValue()).toMatch(/unfreeze:\n +block: block_16/)
    await text.fill((await text.inputValue()).replace('batchSize: 1000', 'batchSize: 8'))
    await page.getByRole('radio', { name: 'Form' }).click()
    expect(await tuning.getByRole('textbox', { name: 'Batch size' }).inputValue()).toBe('8')
    await page.getByRole('textbox', { name: 'Seeds' }).fill('0')
    await page.getByText(/1 trial/).first().waitFor()
    await page.getByRole('button', { name: 'Launch' }).click()
    await page.waitForURL(/\/sweeps\/[0-9a-f-]{36}$/)
    await page.getByText('1 of 1').first().waitFor(patience)
    await page.locator('a[href^="/trials/"]').first().click()
    await page.getByRole('heading', { name: 'Phases' }).waitFor()
    await page.getByText(/^From block_16.* \(layer \d+\) up the network is unfrozen/).waitFor()
    await page.getByRole('img', { name: /accuracy by epoch, fine-tuning from epoch 4/i }).waitFor()
  })

  test('writes a search in the form, sees it as a file, launches it, pauses and resumes it, and reads its plots', async () => {
    await page.goto(`${graft.address}/sweeps/new`)
    await page.getByRole('group', { name: 'Datasets' }).getByText('hands', { exact: true }).click()
    await page.getByRole('group', { name: 'Models' }).getByText('MobileNetV2', { exact: true }).click()
    await page.getByRole('textbox', { name: 'Epochs', exact: true }).fill('3')
    await page.getByRole('textbox', { name: 'Seeds' }).fill('0')
    await page.getByRole('radio', { name: 'Search', exact: true }).click()
    for (const field of ['phases.0.optimizer.learningRate', 'head.dense.0.units']) {
      await page.getByRole('button', { name: 'Parameter of the recipe' }).click()
      await page.getByRole('searchbox', { name: 'Find a field' }).fill(field)
      await page.getByRole('button', { name: new RegExp(field.replaceAll('.', String.raw`\.`)) }).click()
    }
    const units = page.getByRole('region', { name: 'Parameter head.dense.0.units' })
    await units.getByLabel('Is', { exact: true }).selectOption('one of values')
    await units.getByRole('textbox', { name: 'Values' }).fill('16, 32, 64')
    await page.getByLabel('Constraints').fill('head.dense.0.unit <= 64')
    await page.getByText(/“head.dense.0.unit” in .* is no parameter of this space/).waitFor()
    await page.getByLabel('Constraints').fill('head.dense.0.units <= 32')
    await page.getByRole('button', { name: 'As YAML' }).click()
    const text = page.getByRole('textbox', { name: 'Sweep as YAML' })
    expect(await text.inputValue()).toContain('head.dense.0.units <= 32')
    await text.fill((await text.inputValue()).replace('method: tpe', 'method: random').replace('trials: 30', 'trials: 6'))
    await page.getByRole('button', { name: 'Hide the text' }).click()
    expect(await page.getByRole('textbox', { name: 'Budget: trials' }).inputValue()).toBe('6')
    await page.getByText(/6 trials/).first().waitFor()
    await page.getByRole('button', { name: 'Launch', exact: true }).click()
    await page.waitForURL(/\/sweeps\/[0-9a-f-]{36}$/)
    await page.getByRole('button', { name: 'Pause' }).click(patience)
    await page.getByRole('button', { name: 'Resume' }).click(patience)
    await page.getByText('6 of 6').first().waitFor(patience)
    for (const plot of [/^Parallel coordinates of 6 trials/, /^Learning curves/, /Pareto front$/, /against learning rate$/, /against units$/]) await page.getByRole('img', { name: plot }).waitFor()
    const rows = page.getByRole('region', { name: 'Table of trials' }).getByRole('row')
    expect(await rows.count()).toBe(7)
    const headers = await rows.first().locator('th').allInnerTexts()
    for (const value of await rows.locator(`td:nth-child(${headers.map((header) => header.trim()).indexOf('units') + 1})`).allInnerTexts()) expect(['16', '32']).toContain(value)
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n')
    expect(lines).toHaveLength(7)
    expect(lines[0]).toMatch(/^configuration,trial,state,validation\/accuracy,.*,head\.dense\.0\.units,/)
  })

  test('draws 5,000 trials', async () => {
    const id = await makeSweep(databaseUrl(graft.dataFolder), 5000)
    await page.goto(`${graft.address}/sweeps/${id}`)
    await page.getByRole('img', { name: /^Parallel coordinates of 5000 trials/ }).waitFor(patience)
    await untilPainted(page)
    const { x, y, width } = (await page.getByRole('img', { name: /^Parallel coordinates/ }).boundingBox())!
    const axis = x + width - 46
    await page.mouse.move(axis, y + 60)
    await page.mouse.down()
    // Printed, never judged: the machine may be busy. `npm run bench -- dashboard` measures.
    console.log(`5,000 trials, dragging a range: ${framesText(await framesDuring(page, () => moveToAndFro(page, [axis, y + 64], [axis, y + 220], 1500)))}`)
    await page.mouse.up()
    await page.getByRole('img', { name: /of 5000 trials .*; \d{1,4} within the ranges/ }).waitFor()
    await page.getByRole('radiogroup', { name: 'Horizontal axis' }).getByRole('radio', { name: 'epochs' }).click()
    await page.getByRole('img', { name: /^validation accuracy against the epochs of a trial; \d+ trials on the Pareto front/ }).waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('img', { name: /^validation accuracy against the time of a trial/ }).waitFor()
    await page.getByRole('button', { name: /^Take back the range/ }).click()
    await page.getByRole('combobox', { name: 'State' }).selectOption('pruned')
    expect(await page.getByRole('region', { name: 'Table of trials' }).getByText('Pruned').count()).toBe(25)
  })

  testSweepActions(() => ({ page, graft }))
  testPeopleAndWorkers(() => ({ page, graft }))
  testAccessibility(() => ({ page, graft }))

  test('classifies an image with the trained model', async () => {
    await page.goto(`${graft.address}/try`)
    const photograph = readdirSync(path.join(photographs, '5'))[0]!
    await page.getByLabel('Images to classify').setInputFiles({ name: photograph, mimeType: 'image/jpeg', buffer: readFileSync(path.join(photographs, '5', photograph)) })
    const result = page.locator('ol').filter({ hasText: '%' })
    await result.first().waitFor(patience)
    const lines = await result.first().locator('li').allInnerTexts()
    expect(lines.map((line) => line.trim()[0]).toSorted()).toEqual(classes)
    expect(lines.every((line) => /\d+(\.\d+)?\s*%/.test(line))).toBe(true)
  })

  test('a quick check shows a picture of each class with its labels as bars', async () => {
    await page.goto(`${graft.address}/datasets/hands`)
    await page.getByRole('button', { name: 'Run the quick check' }).click()
    const panel = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Quick check' }) })
    await panel.getByText(/^[<>]?\d+%$/).first().waitFor(patience)
    expect(await panel.locator('li img').count()).toBe(classes.length)
    expect(await panel.locator('ol').count()).toBe(classes.length)
    expect(await panel.locator('ol').first().locator('li').count()).toBe(5)
  })

  test('launches an empty cell of the leaderboard and cancels it', async () => {
    await page.goto(graft.address)
    await page.getByRole('button', { name: 'Run Three-layer ConvNet on hands' }).click()
    await page.getByRole('textbox', { name: 'Seeds' }).fill('0-2')
    await page.getByRole('button', { name: 'Launch', exact: true }).click()
    await page.waitForURL(/\/sweeps\/[0-9a-f-]{36}$/)
    await page.getByRole('button', { name: 'Cancel what is left' }).click(patience)
    await page.getByRole('button', { name: 'Cancel the sweep' }).click()
    await page.getByText('Cancelled', { exact: true }).first().waitFor(patience)
    expect(await page.getByRole('link', { name: /cancelled/ }).count()).toBeGreaterThan(0)
  })

  test('classifies an image that is pasted', async () => {
    await page.goto(`${graft.address}/try`)
    await page.getByRole('button', { name: 'Choose image' }).waitFor()
    const photograph = readFileSync(path.join(photographs, '9', readdirSync(path.join(photographs, '9'))[0]!)).toString('base64')
    // As text: this file is checked without the types of a browser.
    await page.evaluate(`{
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(atob('${photograph}'), (letter) => letter.codePointAt(0))], 'pasted.jpg', { type: 'image/jpeg' }))
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer }))
    }`)
    await page.getByRole('img', { name: 'pasted.jpg' }).waitFor()
    const result = page.locator('ol').filter({ hasText: '%' }).first()
    await result.waitFor(patience)
    expect(await result.locator('li').count()).toBe(classes.length)
  })

  test('no page reported an error', () => expect(problems).toEqual([]))
})
