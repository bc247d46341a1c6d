import { makeSweep } from './made-sweep.ts'

// node --import tsx e2e/make-sweep.ts DATABASE_URL [TRIALS]: writes a made-up sweep and prints its id, for looking at its page.
const [databaseUrl, trials = '5000'] = process.argv.slice(2)
if (databaseUrl === undefined) {
  console.error('error: whose database?\nhint: node --import tsx e2e/make-sweep.ts postgresql://… 5000')
  process.exit(2)
}
console.log(await makeSweep(databaseUrl, Number(trials)))
