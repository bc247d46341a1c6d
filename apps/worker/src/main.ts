import { isGraftError } from '@graft/contracts/errors'
import { readEnvironment, type WorkerEnvironment } from './env.ts'
import { exitStatus } from './exit-status.ts'
import { runWorker } from './run-worker.ts'
import { stopSignal } from './stop-signals.ts'
import { errorLine, logLine } from './worker-log.ts'

const { logFormat, ...settings } = readSettings()
const log = (line: string) => console.log(logLine(logFormat, settings.name, line))
try {
  const signal = stopSignal((name) => log(`${name}: stopping.`))
  process.exit(exitStatus(await runWorker({ ...settings, signal, log })))
} catch (error) {
  if (!isGraftError(error)) throw error
  console.error(errorLine(logFormat, settings.name, error))
  process.exit(1)
}

/** Ends the process where the environment holds what cannot be. */
function readSettings(): WorkerEnvironment {
  try {
    return readEnvironment()
  } catch (error) {
    if (!isGraftError(error)) throw error
    console.error(errorLine('plain', '', error))
    process.exit(1)
  }
}
