import type { Reporter, TestModule } from 'vitest/node'
import { faultMatrix } from '../e2e/faults/matrix.ts'

/** Prints the fault matrix with the outcome of this run: pass, fail, skipped (why stands above), or not run, and how long its tests took. */
export default class FaultReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()].map((test) => ({ file: module.moduleId, name: test.name, state: test.result().state, milliseconds: test.diagnostic()?.duration ?? 0 })))
    const rows = faultMatrix.map(({ fault, expected, file, test }) => {
      const [before = '', after = ''] = test.split('%s')
      const own = tests.filter((ran) => ran.file.endsWith(file) && ran.name.startsWith(before) && ran.name.endsWith(after))
      const seconds = own.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
      return `| ${fault} | ${expected} | ${outcomeOf(own.map(({ state }) => state))} | ${seconds.toFixed(0)} |`
    })
    process.on('exit', () => console.log(['', '| fault | what must come of it | | seconds |', '|---|---|---|---|', ...rows, ''].join('\n')))
  }
}

function outcomeOf(states: readonly string[]): string {
  if (states.length === 0) return 'not run'
  if (states.includes('failed')) return '**fail**'
  return states.every((state) => state === 'passed') ? 'pass' : 'skipped'
}
