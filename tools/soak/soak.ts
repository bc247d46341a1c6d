import { isSound, runSoak, soakTable } from './run-soak.ts'

/**
 * `npm run soak [-- --trials 300 --kills 1000 --workers 4 --seed 1 --every 1000 --epochs 150 --minutes 60]`: trains the same trials undisturbed and
 * under random kills, and compares. Exits with 1 where something was lost, done twice, or came out differently.
 */
const defaults = { trials: 300, kills: 1000, workers: 4, seed: 1, every: 1000, epochs: 150, minutes: 60 }

function readOptions(words: readonly string[]): typeof defaults {
  const options = { ...defaults }
  for (let index = 0; index < words.length; index += 2) {
    const name = words[index]!.replace(/^--/, '')
    const value = Number(words[index + 1])
    if (!(name in defaults) || !Number.isInteger(value) || value < 1) {
      console.error(`error: ${words[index]} ${words[index + 1] ?? ''} was not understood.\nhint: npm run soak -- ${Object.entries(defaults).map(([option, given]) => `--${option} ${given}`).join(' ')}`)
      process.exit(2)
    }
    options[name as keyof typeof defaults] = value
  }
  return options
}

const { every, ...options } = readOptions(process.argv.slice(2))
const stop = new AbortController()
// Ended early, the workers and the database that it started end with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error(`Stopped by ${signal}.`)))
const began = performance.now()
const result = await runSoak({ ...options, meanMilliseconds: every, signal: stop.signal, log: (line) => console.log(`${((performance.now() - began) / 1000).toFixed(0)} s: ${line}`) }).catch((error: unknown) => {
  if (!stop.signal.aborted) throw error
  console.error(`error: ${(stop.signal.reason as Error).message}`)
  process.exit(1)
})
console.log(`\n${soakTable(result)}\n`)
console.log(isSound(result) ? 'Nothing was lost, nothing came twice, everything is equal to the control.' : 'NOT SOUND: see the table.')
process.exit(isSound(result) ? 0 : 1)
