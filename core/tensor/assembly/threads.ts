// Kernels on several threads: every thread runs this module on the same heap and takes chunks of the current job.
//
// A job is a kernel number, its arguments and a count of chunks whose results do not depend on who computes them.
// The ticket holds the job's number and the range of chunks not yet taken in one 64-bit word, so a late helper cannot take a
// chunk of a job whose arguments it has not seen: arguments change only after every chunk taken is done. The caller takes
// chunks from the front and helpers from the back: from job to job, each thread meets the part it has in its cache.
//
// Who may be where (test/tensor/threads-protocol.test.ts goes through every interleaving of this):
//
//   caller   open: KERNEL, CHUNKS, DONE = 0, then TICKET · wake: WAKE + 1, notify if SLEEPERS · take … take, none left ·
//            wait until DONE = CHUNKS: spin, then naps of bounded length, so that no lost wake can hold it up
//   helper   look at TICKET: take by exchange, compute, DONE + 1, notify if WAITING · nothing there: spin, then read WAKE,
//            SLEEPERS + 1, look at TICKET once more, sleep while WAKE is as read
//
// A job waits only for chunks that were taken, so helpers may come late, or not at all. One that stops while it computes
// would be waited for without end: if it fails it says so (DEAD), and if it vanishes, the caller gives up after a minute in
// which no chunk was finished. It then throws and works alone from there on, as it does after a failure of its own: no later
// job is shared, so what helpers still do for the one given up cannot be counted for another.
//
// The control block, in bytes from its address:

import { runChunk } from './dispatch'

const TICKET: usize = 0 // i64: job << 32 | end of the chunks left << 16 | first of them
const DONE: usize = 8 // chunks of this job completed
const WAKE: usize = 12 // changes with every job; helpers sleep on it
const SLEEPERS: usize = 16
const STOP: usize = 20
const KERNEL: usize = 24
const WAITING: usize = 28 // whether the caller sleeps on DONE
const CHUNKS: usize = 32 // of this job
const DEAD: usize = 36 // whether a helper ended in the middle of a chunk
const WIDE: usize = 40 // whether tiles are sixteen columns wide
const ARGUMENTS: usize = 44
/** Size of the control block. */
export const CONTROL_BYTES: i32 = 44 + 32 * 4

/** Looks at the ticket this often before a helper goes to sleep: some 50 µs. */
const HELPER_SPINS: i32 = 20_000
const CALLER_SPINS: i32 = 20_000
const CALLER_NAP_NS: i64 = 200_000
/**
 * Where other programs want the processors too, a helper may be put aside in the middle of a chunk, and the caller waits
 * for milliseconds. Having napped so often for a helper that did less than its share, it works alone for a while.
 */
const LATE_NAPS: i32 = 4
const LONGEST_ALONE: i32 = 256

/** Throws in the caller: what was to be computed is lost. */
// @external("env", "helperLost")
declare function helperLost(): void

let control: usize = 0
let job: i32 = 0
/** Jobs that the caller still does alone, and how many it would after the next late one. */
let alone: i32 = 0
let patience: i32 = 1
/** Naps without a chunk being finished after which helpers are taken for dead: a minute. */
let deadNaps: i32 = 300_000
/** Whether a job has begun and not ended: if so at the beginning of the next, the caller failed in the middle of it. */
let open: bool = false
let disbanded: bool = false
/** Threads that may take chunks, the caller among them. */
export let threads: i32 = 1

export function setControl(address: usize): void {
  control = address
}

export function setThreads(count: i32): void {
  threads = disbanded ? 1 : count
}

/** Whether register tiles are sixteen columns wide in place of eight: results are the same bits. */
// @inline
export function wide(): bool {
  return load<i32>(control + WIDE) !== 0
}

export function setWide(on: bool): void {
  store<i32>(control + WIDE, i32(on))
}

// @inline
export function setArgument<T>(index: i32, value: T): void {
  store<T>(control + ARGUMENTS + ((<usize>index) << 2), value)
}

// @inline
export function argument<T>(index: i32): T {
  return load<T>(control + ARGUMENTS + ((<usize>index) << 2))
}

/** In how many chunks to do `units` equal pieces of `work` multiply-adds each: one where threads cannot pay. */
export function chunksFor(units: i32, work: f64): i32 {
  if (threads === 1 || <f64>units * work < 200_000) return 1
  return min(units, threads * 4)
}

/** First unit of a chunk when units are dealt evenly. */
// @inline
export function firstUnit(chunk: i32, chunks: i32, units: i32): i32 {
  return <i32>((<i64>chunk * units) / chunks)
}

/** How many naps of 0.2 ms without a chunk being finished the caller takes before it gives helpers up. */
export function setDeadNaps(naps: i32): void {
  deadNaps = naps
}

/** Runs all chunks of a kernel whose arguments have been set, and returns when all are done. */
export function parallel(kernel: i32, chunks: i32): void {
  if (open) disband()
  if (chunks === 1 || threads === 1 || alone > 0) {
    if (chunks > 1 && alone > 0) alone--
    for (let chunk = 0; chunk < chunks; chunk++) runChunk(kernel, chunk, chunks)
    return
  }
  open = true
  job++
  store<i32>(control + KERNEL, kernel)
  store<i32>(control + CHUNKS, chunks)
  atomic.store<i32>(control + DONE, 0)
  atomic.store<i64>(control + TICKET, ((<i64>job) << 32) | ((<i64>chunks) << 16))
  atomic.add<i32>(control + WAKE, 1)
  if (atomic.load<i32>(control + SLEEPERS) > 0) atomic.notify(control + WAKE, threads - 1)
  let own = 0
  while (takeChunk(true)) own++
  let naps = 0
  let idle = 0
  let seen = -1
  for (let spins = 0; atomic.load<i32>(control + DONE) < chunks; spins++) {
    if (spins < CALLER_SPINS) continue
    atomic.store<i32>(control + WAITING, 1)
    const done = atomic.load<i32>(control + DONE)
    idle = done === seen ? idle + 1 : 0
    seen = done
    if (done < chunks && (atomic.load<i32>(control + DEAD) !== 0 || idle > deadNaps)) {
      disband()
      helperLost()
    }
    if (done < chunks) atomic.wait<i32>(control + DONE, done, CALLER_NAP_NS)
    atomic.store<i32>(control + WAITING, 0)
    naps++
  }
  open = false
  if (naps >= LATE_NAPS && own * threads > chunks + (chunks >> 2)) {
    patience = min(patience * 2, LONGEST_ALONE)
    alone = patience
  } else patience = max(1, patience - 1)
}

/** Goes on without helpers, for good. */
function disband(): void {
  disbanded = true
  threads = 1
  open = false
  atomic.store<i64>(control + TICKET, 0)
}

/** Takes and runs one chunk, from the front or the back; false when the job has none left. */
function takeChunk(front: bool): bool {
  while (true) {
    const ticket = atomic.load<i64>(control + TICKET)
    const first = <i32>(ticket & 0xffff)
    const end = <i32>((ticket >> 16) & 0xffff)
    if (first >= end) return false
    if (atomic.cmpxchg<i64>(control + TICKET, ticket, ticket + (front ? 1 : -0x10000)) !== ticket) continue
    const chunk = front ? first : end - 1
    runChunk(load<i32>(control + KERNEL), chunk, load<i32>(control + CHUNKS))
    atomic.add<i32>(control + DONE, 1)
    if (atomic.load<i32>(control + WAITING) !== 0) atomic.notify(control + DONE, 1)
    return true
  }
}

/** A helper's life: take chunks, spin a while for the next job, sleep, until told to stop. */
export function serve(): void {
  let spins = 0
  while (atomic.load<i32>(control + STOP) === 0) {
    if (takeChunk(false)) {
      spins = 0
      continue
    }
    if (++spins < HELPER_SPINS) continue
    const wake = atomic.load<i32>(control + WAKE)
    atomic.add<i32>(control + SLEEPERS, 1)
    const ticket = atomic.load<i64>(control + TICKET)
    if ((ticket & 0xffff) >= ((ticket >> 16) & 0xffff) && atomic.load<i32>(control + STOP) === 0) {
      atomic.wait<i32>(control + WAKE, wake, -1)
    }
    atomic.sub<i32>(control + SLEEPERS, 1)
    spins = 0
  }
}

/** Tells the caller that this helper has failed: it does not finish what it has taken. */
export function reportDead(): void {
  atomic.store<i32>(control + DEAD, 1)
  atomic.notify(control + DONE, 1)
}

/** Ends the helpers of this control block. */
export function stopHelpers(): void {
  atomic.store<i32>(control + STOP, 1)
  atomic.add<i32>(control + WAKE, 1)
  atomic.notify(control + WAKE, -1)
}
