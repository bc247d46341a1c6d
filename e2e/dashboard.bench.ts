import { loadavg } from 'node:os'
import path from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { chromiumArguments, chromiumPath } from './chromium.ts'
import { makeSweep } from './made-sweep.ts'
import { framesDuring, framesText, moveToAndFro, untilPainted } from './plot-frames.ts'
import { databaseUrl, removeFolder, startGraft, temporaryFolder } from './start-graft.ts'

/**
 * Frames a second of a sweep's page with 5,000 trials, in a Chromium without a graphics card: while a range is dragged, while the pointer
 * moves over the plots. Beside it the same movements over a page with nothing on it: more this machine cannot.
 * `npm run bench -- dashboard [TRIALS | ADDRESS OF A SWEEP'S PAGE]`.
 */
const [wanted = '5000'] = process.argv.slice(2)
const milliseconds = 4000

async function measure(page: Page, address: string): Promise<void> {
  const start = performance.now()
  await page.goto(address)
  const parallel = page.getByRole('img', { name: /^Parallel coordinates/ })
  await parallel.waitFor({ timeout: 120_000 })
  const shown = performance.now() - start
  await untilPainted(page)
  const painted = await page.evaluate<number>(`performance.getEntriesByName('graft plot').at(-1).startTime`)
  console.log(`plots there after ${(shown / 1000).toFixed(1)} s, all painted after ${(painted / 1000).toFixed(1)} s`)
  const { x, y, width } = (await parallel.boundingBox())!
  const axis = x + width - 46
  await page.mouse.move(axis, y + 60)
  await page.mouse.down()
  console.log(`dragging a range:     ${framesText(await framesDuring(page, () => moveToAndFro(page, [axis, y + 64], [axis, y + 330], milliseconds)))}`)
  await page.mouse.up()
  await untilPainted(page)
  console.log(`pointing at lines:    ${framesText(await framesDuring(page, () => moveToAndFro(page, [x + 60, y + 100], [axis - 60, y + 300], milliseconds)))}`)
  const curves = (await page.getByRole('img', { name: /^Learning curves/ }).boundingBox())!
  await page.mouse.wheel(0, curves.y - 100)
  await untilPainted(page)
  const { x: left, y: top, width: wide, height } = (await page.getByRole('img', { name: /^Learning curves/ }).boundingBox())!
  console.log(`pointing at curves:   ${framesText(await framesDuring(page, () => moveToAndFro(page, [left + 60, top + 40], [left + wide - 30, top + height - 40], milliseconds)))}`)
}

async function measureNothing(page: Page): Promise<void> {
  await page.setContent('<p>Nothing</p>')
  console.log(`a page with nothing:  ${framesText(await framesDuring(page, () => moveToAndFro(page, [1300, 200], [1300, 460], milliseconds)))}`)
}

async function run(): Promise<void> {
  if (chromiumPath === undefined) throw new Error('Needs a Chromium (Debian: apt-get install chromium).')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    console.log(`load before ${loadavg()[0]!.toFixed(1)}`)
    await measureNothing(page)
    if (URL.canParse(wanted)) return await measure(page, wanted)
    const folder = temporaryFolder()
    const graft = await startGraft({ dataFolder: path.join(folder, 'data') })
    try {
      await measure(page, `${graft.address}/sweeps/${await makeSweep(databaseUrl(graft.dataFolder), Number(wanted))}`)
    } finally {
      await graft.stop()
      removeFolder(folder)
    }
  } finally {
    await browser.close()
    console.log(`load after ${loadavg()[0]!.toFixed(1)}`)
  }
}

await run()
