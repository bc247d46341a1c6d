import { writeFile } from 'node:fs/promises'
import type { Reporter, TestModule } from 'vitest/node'
import type { Agreement } from '../packages/core/src/testing/agreement.ts'

const page = new URL('../docs/conformance.md', import.meta.url)

const introduction = `# Conformance

What the engine computes, beside what an independent reference computes from the same weights, samples and batches. Each line is
a test that fails when the difference reaches the tolerance; the differences were measured by the run that wrote this page.
References were written by the scripts of \`tools/parity\` (Keras 3 on TensorFlow) and committed as small files beside the tests.

    npm run conformance       # runs the tests and writes this page

A relative difference is the norm of the difference over the norm of the reference; an absolute one is the largest of any value.
`

/** Writes docs/conformance.md from what the tests noted by \`recordAgreement\`. A failing test leaves the page as it is. */
export default class ConformanceReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const agreements: Agreement[] = []
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      if (test.result().state === 'failed') return console.error('docs/conformance.md was not written: a test failed.')
      agreements.push(...(test.meta().agreements ?? []))
    }
    await writeFile(page, conformancePage(agreements))
    console.log(`docs/conformance.md: ${agreements.length} comparisons`)
  }
}

export function conformancePage(agreements: readonly Agreement[]): string {
  const groups = new Map<string, Agreement[]>()
  for (const agreement of agreements) groups.set(agreement.group, [...(groups.get(agreement.group) ?? []), agreement])
  const chapters = [...groups].toSorted(([a], [b]) => a.localeCompare(b)).map(([group, lines]) => chapter(group, lines))
  return `${introduction}\n${summary(groups)}\n${chapters.join('\n')}`
}

function summary(groups: ReadonlyMap<string, readonly Agreement[]>): string {
  const rows = [...groups].toSorted(([a], [b]) => a.localeCompare(b)).map(([group, lines]) => {
    const closest = lines.toSorted((a, b) => b.difference / b.tolerance - a.difference / a.tolerance)[0]!
    return `| [${group}](#${group.toLowerCase().replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-')}) | ${lines.length} | ${figure(closest.difference)} of ${figure(closest.tolerance)} (${closest.subject}) |`
  })
  return ['| | comparisons | nearest to its tolerance |', '|---|--:|---|', ...rows, ''].join('\n')
}

function chapter(group: string, lines: readonly Agreement[]): string {
  const rows = lines
    .toSorted((a, b) => a.subject.localeCompare(b.subject))
    .map(({ subject, reference, measure, difference, tolerance }) => `| ${subject.replaceAll('|', '\\|')} | ${reference} | ${measure} | ${figure(difference)} | ${figure(tolerance)} |`)
  return [`## ${group}`, '', '| what | reference | measure | difference | tolerance |', '|---|---|---|--:|--:|', ...rows, ''].join('\n')
}

function figure(value: number): string {
  return value === 0 ? '0' : value.toExponential(0)
}
