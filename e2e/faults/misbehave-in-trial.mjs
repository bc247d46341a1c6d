// Preloaded into a worker and the process of its jobs: the latter misbehaves as GRAFT_TEST_MISBEHAVIOUR says once a trial has reported
// its first metrics. `block`: its event loop stands still for 60 s. `hog`: it takes memory until it has no more.
import { openSync } from 'node:fs'

const { GRAFT_TEST_MISBEHAVIOUR: how, GRAFT_TEST_ONCE: once } = process.env

/** True for the first who asks, where it is to happen once only. */
function isFirst() {
  if (once === undefined) return true
  try {
    openSync(once, 'wx')
    return true
  } catch {
    return false
  }
}

if (process.argv[1]?.includes('job-process') && process.send !== undefined) {
  const send = process.send.bind(process)
  let done = false
  process.send = (message, ...rest) => {
    const sent = send(message, ...rest)
    if (message?.kind === 'metrics' && !done && isFirst()) {
      done = true
      setTimeout(misbehave, 50)
    }
    return sent
  }
}

function misbehave() {
  if (how === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
  if (how !== 'hog') return
  const hog = []
  for (;;) hog.push(Array.from({ length: 1e6 }, () => Math.random()))
}
