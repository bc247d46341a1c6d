import { createProgram, fromCommander } from './program.ts'
import { reportError } from './report-error.ts'

// A reader that has seen enough (`graft status | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const program = createProgram()
try {
  if (process.argv.length <= 2) program.outputHelp()
  else await program.parseAsync()
} catch (thrown) {
  const error = fromCommander(thrown)
  if (error !== null) process.exitCode = reportError(error, program.opts()['verbose'] === true)
}
