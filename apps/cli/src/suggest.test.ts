import { expect, test } from 'vitest'
import { requireKnown, suggest } from './suggest.ts'

const models = ['vgg16', 'vgg19', 'inception-v3', 'resnet50', 'xception', 'mobilenet', 'mobilenet-v2']

test('suggests what comes near, closest first', () => {
  expect(suggest('mobilnet-v2', models)[0]).toBe('mobilenet-v2')
  expect(suggest('VGG-16', models)[0]).toBe('vgg16')
  expect(suggest('zzzzzzzz', models)).toEqual([])
})

test('an unknown name says what was meant, or what there is', () => {
  expect(() => requireKnown('model', 'xceptoin', models)).toThrow(expect.objectContaining({ code: 'not_found', hint: 'Did you mean xception?' }))
  expect(() => requireKnown('dataset', 'birds', [])).toThrow(expect.objectContaining({ hint: 'There is no dataset yet.' }))
  expect(() => requireKnown('dataset', '__proto__', ['leaves'])).toThrow(expect.objectContaining({ hint: 'There is: leaves.' }))
  expect(() => requireKnown('model', 'vgg16', models)).not.toThrow()
})
