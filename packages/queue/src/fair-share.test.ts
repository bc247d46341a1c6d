import { expect, test } from 'vitest'
import { createFairShare, type FairShare } from './fair-share.ts'

const ann = { personId: 'ann', weight: 1 }
const bob = { personId: 'bob', weight: 1 }

/** How often each of the people goes first in `rounds` turns, all of them having something to run. */
function turns(share: FairShare, people: readonly { personId: string; weight: number }[], rounds: number): Record<string, number> {
  const counts: Record<string, number> = {}
  for (let round = 0; round < rounds; round += 1) {
    const [first] = share.order(people)
    const { weight } = people.find(({ personId }) => personId === first)!
    share.charge(first!, weight)
    counts[first!] = (counts[first!] ?? 0) + 1
  }
  return counts
}

test('equal people take turns, however much one has queued before', () => {
  expect(turns(createFairShare(), [ann, bob], 10)).toEqual({ ann: 5, bob: 5 })
})

test('a weight is a share', () => {
  expect(turns(createFairShare(), [ann, { ...bob, weight: 3 }], 400)).toEqual({ ann: 100, bob: 300 })
})

test('who was away saves up nothing', () => {
  const share = createFairShare()
  turns(share, [ann], 1000)
  expect(turns(share, [ann, bob], 10)).toEqual({ ann: 5, bob: 5 })
})

test('shares are of time: who runs long trials gets fewer of them', () => {
  const share = createFairShare()
  share.setCosts(new Map([['ann', 300], ['bob', 100]]))
  expect(turns(share, [ann, bob], 400)).toEqual({ ann: 100, bob: 300 })
})

test('someone whose trials nobody has measured is taken for the mean', () => {
  const share = createFairShare()
  share.setCosts(new Map([['ann', 300], ['cem', 100]]))
  expect(turns(share, [ann, bob], 500)).toEqual({ ann: 200, bob: 300 })
})
