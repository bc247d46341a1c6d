import { expect, test } from 'vitest'
import { sweepColumns } from './sweep-columns.ts'
import { trialCsv } from './trial-csv.ts'

test('trials as CSV: in the order given, parameters by their names, nothing that a spreadsheet runs', () => {
  const columns = sweepColumns({
    parameters: [
      { name: 'phases.0.optimizer.learningRate', scale: 'logarithmic', range: [1e-4, 1], values: null },
      { name: 'model', scale: 'categorical', range: null, values: ['vgg16'] },
      { name: 'head', scale: 'categorical', range: null, values: [] },
    ],
    objective: { metric: 'validation/loss', goal: 'minimize' },
    trials: [
      { trialId: 'a', configuration: 0, dataset: '=birds', model: 'vgg16', seed: 0, state: 'finished', values: [1e-3, 'vgg16', { name: 'a, "b"' }], objective: 0.25, testAccuracy: 0.9, seconds: 10.5, epochs: 3 },
      { trialId: 'b', configuration: 1, dataset: 'birds', model: 'vgg16', seed: 0, state: 'failed', values: [null, 'vgg16', null], objective: null, testAccuracy: null, seconds: null, epochs: 0 },
    ],
  })
  expect(trialCsv(columns, ['phases.0.optimizer.learningRate', 'model', 'head'], [1, 0])).toBe(
    'configuration,trial,state,validation/loss,test/accuracy,dataset,model,seed,phases.0.optimizer.learningRate,head,epochs,seconds\r\n' +
      '2,b,failed,,,birds,vgg16,0,,,0,\r\n' +
      `1,a,finished,0.25,0.9,'=birds,vgg16,0,0.001,"{""name"":""a, \\""b\\""""}",3,10.5\r\n`,
  )
})
