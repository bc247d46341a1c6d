import { executable, runToEnd } from './processes.ts'

/** `npm run check`: what CI runs besides the tests. Stops at the first that fails. */
export async function check(): Promise<number> {
  const steps: [string, string, string[]][] = [
    ['database client', 'turbo', ['run', 'generate', '--output-logs=errors-only']],
    ['lint', 'oxlint', ['--deny-warnings']],
    ['types', 'turbo', ['run', 'typecheck', '--output-logs=errors-only']],
    ['types of scripts', 'tsc', ['-p', 'scripts']],
    ['types of the TensorFlow backend', 'tsc', ['-p', 'backends/tfjs-node']],
    ['dependency rules', 'depcruise', ['--config', '.dependency-cruiser.mjs', 'apps', 'packages', 'scripts', 'e2e', 'deploy']],
    ['build', 'turbo', ['run', 'build', '--output-logs=errors-only']],
  ]
  for (const [title, command, commandArguments] of steps) {
    console.log(`\n== ${title}`)
    const { code } = await runToEnd(executable(command), commandArguments)
    if (code !== 0) {
      console.error(`error: ${title} failed.`)
      return code
    }
  }
  return 0
}
