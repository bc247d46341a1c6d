import { isGraftError } from '@graft/contracts/errors'
import { readEnvironment } from './env.ts'
import { runWorker } from './run-worker.ts'
import { endBySignal, stopSignal } from './stop-signals.ts'

const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`)
try {
  const signal = stopSignal((name) => log(`${name}: stopping.`))
  const { engineEnded } = await runWorker({ ...readEnvironment(), signal, log })
  if (engineEnded) process.exit(0)
  endBySignal('SIGTERM')
} catch (error) {
  if (!isGraftError(error)) throw error
  console.error(`error: ${error.message}${error.hint ? `\nhint: ${error.hint}` : ''}`)
  process.exit(1)
}
