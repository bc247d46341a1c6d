/** A line of issue 6's list of faults: what happens, what must come of it, and the test that does it for real. */
export interface FaultLine {
  fault: string
  expected: string
  /** From the root of the repository. */
  file: string
  /** Its title, as it stands in the file. */
  test: string
}

const own = (name: string): string => `e2e/faults/${name}.test.ts`

/** The whole list. `npm run faults` runs these tests and prints the table; docs/faults.md is made from it. */
export const faultMatrix: readonly FaultLine[] = [
  { fault: 'kill -9 in an epoch', expected: 'resumed within 45 s; metrics and weights bit-identical to an undisturbed run', file: own('killed-worker'), test: 'kill -9 in an epoch: another worker goes on within 45 s, to the same metrics and the same weights' },
  { fault: 'kill -9 while a checkpoint is written', expected: 'the one before is used; same weights', file: own('killed-worker'), test: 'kill -9 while a checkpoint is written, %s: the one before is used, to the same weights' },
  { fault: 'a worker stopped for longer than its lease and woken', expected: '0 writes accepted, it exits', file: own('misbehaving-trainer'), test: 'a worker stopped for longer than its lease and woken: 0 writes accepted, and it exits' },
  { fault: 'trainer hung while its parent lives', expected: 'killed; the trial goes on in a new process', file: own('misbehaving-trainer'), test: 'the trainer hangs while its worker lives: it is killed and the trial goes on in a new one, to the same weights' },
  { fault: 'event loop blocked for 60 s by compute', expected: 'no false expiry', file: own('misbehaving-trainer'), test: 'the event loop of the trainer stands still for 60 s: its lease does not run out, and the first attempt finishes' },
  { fault: 'killed for memory by the kernel', expected: 'reason shown, at most one retry, with a smaller microbatch', file: 'apps/worker/src/job-process-faults.test.ts', test: 'a trial that is killed for memory is tried once more with half the microbatch, and its reason is shown' },
  { fault: 'JavaScript’s heap is full', expected: 'the same', file: own('misbehaving-trainer'), test: 'the trainer is out of memory each time: one retry with a smaller microbatch, then failed with the reason; the worker lives' },
  { fault: 'Postgres killed and restarted', expected: 'the trial goes on; same results', file: own('database-away'), test: 'Postgres is killed and restarted in mid-trial: the trial goes on, and its results are the undisturbed ones' },
  { fault: 'Postgres away longer than a lease', expected: 'one set of results', file: own('database-away'), test: 'Postgres is away for longer than a lease: nothing is lost, and one set of results remains' },
  { fault: 'commit done but answer lost', expected: 'sent again, counts once', file: own('lost-connection'), test: 'commit done but answer lost: claim, metrics and result are sent again and count once' },
  { fault: 'half-open connection', expected: 'another worker by the lease; the cut-off one writes nothing', file: own('lost-connection'), test: 'a half-open connection: the trial goes to another worker by its lease, and the cut-off one writes nothing more' },
  { fault: 'disk full at a checkpoint', expected: 'paused with the reason; goes on once there is room', file: own('misbehaving-trainer'), test: 'the disk is full at a checkpoint: the trial is paused with the reason, and goes on from it once there is room, to the same weights' },
  { fault: 'truncated or bit-flipped checkpoint', expected: 'the one before is used; same weights', file: own('killed-worker'), test: 'a checkpoint %s: the one before is used, to the same weights' },
  { fault: 'storage answering 503', expected: 'waited for; one attempt', file: own('lost-connection'), test: 'the storage answers 503 for a while: the worker waits and goes on, with one attempt' },
  { fault: 'wrong wall clock (1 h off)', expected: 'no lease ends early; recorded times are the database’s', file: own('crowd'), test: 'a worker whose wall clock is an hour ahead: no lease ends early, and every time recorded is the database’s' },
  { fault: 'the same job delivered to 50 claimers', expected: 'one has it', file: own('crowd'), test: 'one job and 50 claimers over HTTP: one has it, the others nothing' },
  { fault: 'two workers on one device', expected: 'each its own trial; same weights as alone', file: own('crowd'), test: 'two workers on one device: each trains its own trial, to the weights of a worker alone' },
  { fault: 'loss becomes NaN', expected: '`diverged`, never ranked', file: own('bad-trials'), test: 'the loss becomes NaN: the trial ends as diverged at once, and is never ranked' },
  { fault: 'an image damaged after import', expected: 'fails and names it', file: own('bad-trials'), test: 'an image that was damaged after the import: the trial fails and names it, other trials do not' },
  { fault: 'sweep cancelled in mid-flight', expected: 'all workers stop within 10 s', file: own('running-sweeps'), test: 'a sweep cancelled in mid-flight: all workers stop within 10 s, nothing more is written, and they take the next' },
  { fault: 'old worker with a new server', expected: 'refused, says what to do', file: own('lost-connection'), test: 'an old worker with a new server: refused, and it says what to do' },
  { fault: 'migration killed half-way', expected: 'leaves nothing; done whole by the next start', file: own('database-files'), test: 'a migration killed half-way leaves nothing, and the next start does it whole' },
  { fault: 'web restarted under live pages', expected: 'no gap, no double', file: own('running-sweeps'), test: 'the web server is restarted, in order and by kill -9, under a live page: every point of the curve arrives, and none twice' },
  { fault: 'SIGTERM', expected: 'checkpoint and release within 25 s', file: own('killed-worker'), test: 'SIGTERM: the worker leaves a checkpoint and hands the trial back within 25 s, to the same weights' },
  { fault: 'a trial that kills each worker', expected: 'out of the queue after 3, with the reason', file: own('bad-trials'), test: 'a trial that kills each worker: failed after three, with the reason, and the fourth worker lives' },
  { fault: 'backup restored', expected: 'dangling artifacts reported', file: own('database-files'), test: 'a backup is restored whose storage lacks contents: those are reported by what names them, the rest is served' },
  { fault: 'a worker killed in its shard of an extraction', expected: 'the others compute it; features bit-identical to those of one worker', file: own('shared-extraction'), test: 'kill -9 of a worker in its shard: the others compute it, to the same features' },
  { fault: 'soak, short form', expected: '0 lost, 0 duplicate, results equal to the control', file: own('soak'), test: 'a short soak: nothing is lost, nothing comes twice, everything is equal to the undisturbed run' },
]

/** docs/faults.md. */
export function faultsPage(lines: readonly FaultLine[]): string {
  const rows = lines.map(({ fault, expected, file, test }) => `| ${fault} | ${expected} | [${file.split('/').at(-1)}](../${file}): ${test.replace('%s', '…')} |`)
  return `# Faults

What may go wrong, what Graft makes of it, and the test that does it for real: a server process (the handlers that the dashboard mounts), a
Postgres (fsync on) and worker processes that train, killed, stopped, cut off and starved. \`e2e/faults/matrix.ts\` holds the list; a test keeps this page equal to it.

    npm run faults             # all of them, and a table with pass or fail a line
    npm test -- e2e/faults     # those that \`npm test\` runs: the crowd, the short soak (and, beside the worker's source, the kernel's kill, a hang, a crash)
    npm run soak               # 300 trials under 1,000 random faults, beside an undisturbed run; \`-- --trials 50 --kills 100\` for less

| fault | what must come of it | test |
|---|---|---|
${rows.join('\n')}

The soak trains the same trials twice, on a fresh server each: undisturbed, then while workers get SIGKILL, SIGTERM and SIGSTOP (up to
40 s, longer than a lease), and server and database are restarted or crashed, at random moments from one seed. Weights, metrics
(but seconds) and predictions must be equal. A trial that loses three workers fails by its rule and is retried as a person would; the
table says how often.

\`npm run soak -- --trials 300 --kills 300 --epochs 10 --every 400\` on two cores:

| trials | faults | worker processes | attempts | retried by hand | lost | duplicate | not equal | undisturbed, disturbed |
|--:|---|--:|---|--:|--:|--:|--:|---|
| 300 | 300: worker kill -9 164, SIGTERM 63, SIGSTOP 48; web kill -9 11, SIGTERM 6; Postgres fast restart 5, crash 3 | 231 | finished 300, lost 152, released 43 | 38 | 0 | 0 | 0 | 100 s, 375 s |

On two cores a worker starts in about three seconds, so faults come about once a second at most, and four workers that are struck that often train next to nothing until it
ends: a thousand faults take more than a quarter of an hour, and want \`--every 2000\` or more where trials are to finish in between.
`
}
