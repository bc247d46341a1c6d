import type { QuickCheckSample } from '@graft/contracts/job'
import { bar, paint, percent, print, printable, printJson } from './terminal.ts'

/** One sample a class with its labels and bars. */
export function printQuickCheck(samples: readonly QuickCheckSample[], classes: readonly string[], { json }: { json?: boolean }): void {
  if (json) return printJson(samples.map((sample) => ({ class: classes[sample.classIndex] ?? String(sample.classIndex), path: sample.path, top: sample.top })))
  for (const sample of samples) {
    print(`${paint('bold', printable(classes[sample.classIndex] ?? `class ${sample.classIndex}`))}  ${paint('dim', printable(sample.path))}`)
    for (const { className, probability } of sample.top) print(`  ${bar(probability)} ${percent(probability).padStart(6)}  ${printable(className)}`)
  }
}
