import { expect, test } from 'vitest'
import { parameterLabels } from './parameter-labels.ts'

const labels = (names: string[]) => [...parameterLabels(names).values()]

test('the last word, where it is the only one', () => expect(labels(['phases.0.optimizer.learningRate', 'head.dense.0.dropout', 'model', 'phases.0.optimizer.name'])).toEqual(['learning rate', 'dropout', 'model', 'optimizer name']))
test('as much more as tells them apart, places counted from 1', () => {
  expect(labels(['phases.0.epochs', 'phases.1.epochs'])).toEqual(['phase 1 epochs', 'phase 2 epochs'])
  expect(labels(['head.dense.0.units', 'head.dense.1.units', 'units'])).toEqual(['dense 1 units', 'dense 2 units', 'units'])
  expect(labels(['phases.0'])).toEqual(['phase 1'])
})
