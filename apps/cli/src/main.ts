import { createProgram, fromCommander } from './program.ts'
import { reportError } from './report-error.ts'

const program = createProgram()
try {
  if (process.argv.length <= 2) program.outputHelp()
  else await program.parseAsync()
} catch (thrown) {
  const error = fromCommander(thrown)
  if (error !== null) process.exitCode = reportError(error, program.opts()['verbose'] === true)
}
