import { expect, test } from 'vitest'
import { progressText } from './progress.ts'

const at = (stage: string, fraction: number | null = null, message = '') => ({ stage, fraction, message })

test('the stage is said, with its count where there is one', () => {
  expect(progressText(at('checking images', 0.1, '24 of 390'))).toBe('Checking images · 24 of 390')
  expect(progressText(at('features', 0.1, '24 of 390 images'))).toBe('Extracting features · 24 of 390 images')
  expect(progressText(at('loading the model'))).toBe('Loading the model')
})
