import { expect, test } from 'vitest'
import { parseObjectLiteral } from './object-literal.ts'

test('JSON and what a minifier makes of it', () => {
  const text = `module.exports={a:!0,b:!1,c:null,d:void 0,e:.5,f:-1.5e-3,"g h":[1,[],{}],$i_1:'it\\'s "so"',j:"\\u00e9\\n",}`
  expect(parseObjectLiteral(text, text.indexOf('{'))).toEqual({ a: true, b: false, c: null, d: undefined, e: 0.5, f: -0.0015, 'g h': [1, [], {}], $i_1: 'it\'s "so"', j: 'é\n' })
})

test('a key __proto__ is a plain entry', () => {
  const value = parseObjectLiteral('{"__proto__":{"polluted":true}}', 0) as object
  expect(Object.hasOwn(value, '__proto__')).toBe(true)
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test.each(['{a:process.exit()}', '{a:1+1}', '{a:function(){}}', '{a:`x`}', '{[a]:1}', '{a:1', '[1 2]', '', '{a:"open}', `${'['.repeat(10_000)}`])('%s is no literal', (text) => {
  expect(() => parseObjectLiteral(text, 0)).toThrow(expect.objectContaining({ code: 'corrupt' }))
})
