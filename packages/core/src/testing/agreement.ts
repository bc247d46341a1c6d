import { expect, TestRunner } from 'vitest'
import { relativeError } from '../compiler/testing/golden.ts'

/** A comparison with an independent reference: one line of docs/conformance.md. */
export interface Agreement {
  /** Chapter of the page: `Optimizers`. */
  readonly group: string
  /** What was compared: `Adam, amsgrad: weights after 10 steps`. */
  readonly subject: string
  /** `Keras 3`, `TensorFlow`, `finite differences`, `Pillow`. */
  readonly reference: string
  /** `relative`: norm of the difference over norm of the reference. `absolute`: largest difference of a value. */
  readonly measure: 'relative' | 'absolute'
  readonly difference: number
  readonly tolerance: number
}

declare module 'vitest' {
  interface TaskMeta {
    agreements?: Agreement[]
  }
}

/** Fails the running test where the difference is not below the tolerance; notes the comparison for the conformance page. */
export function recordAgreement(agreement: Agreement): void {
  expect(agreement.difference, `${agreement.group}: ${agreement.subject}, ${agreement.measure} difference from ${agreement.reference}`).toBeLessThan(agreement.tolerance)
  const task = TestRunner.getCurrentTest()
  if (task !== undefined) (task.meta.agreements ??= []).push(agreement)
}

/** `recordAgreement` of two lists of values, by their relative error. */
export function recordRelativeAgreement(agreement: Omit<Agreement, 'measure' | 'difference'> & { readonly found: ArrayLike<number>; readonly expected: ArrayLike<number> }): void {
  const { found, expected, ...rest } = agreement
  recordAgreement({ ...rest, measure: 'relative', difference: relativeError(found, expected) })
}
