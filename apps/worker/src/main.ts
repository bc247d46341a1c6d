import { isGraftError } from '@graft/contracts/errors'
import { readEnvironment } from './env.ts'
import { exitStatus } from './exit-status.ts'
import { runWorker } from './run-worker.ts'
import { stopSignal } from './stop-signals.ts'

const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`)
try {
  const signal = stopSignal((name) => log(`${name}: stopping.`))
  process.exit(exitStatus(await runWorker({ ...readEnvironment(), signal, log })))
} catch (error) {
  if (!isGraftError(error)) throw error
  console.error(`error: ${error.message}${error.hint ? `\nhint: ${error.hint}` : ''}`)
  process.exit(1)
}
