import type { Event, ProcessBody, Simulation } from '../../kernel/index.js'
import { bitsToSendAgain, type LinkOutages } from './link-outages.js'

/** A client's link in one direction. */
interface Link {
  /** Goes on the air with so many bits; happens when all have been sent. */
  start(bits: number): Event
  /** Leaves the air, if it is there; the bits that were left. */
  stop(): number
}

/** What a transfer meets with. */
interface Course {
  readonly outages: LinkOutages
  readonly blockBits: number
  /** It begins for the n-th time. */
  onAttempt(attempt: number): void
  /** The link is down from `start` to `end`, s; Infinity where it stays so. */
  onOutage(outage: { readonly start: number; readonly end: number }): void
}

/** Transfers bits: while the link is down it is silent, and then sends again what was not acknowledged. */
export function* transferThroughOutages(
  simulation: Simulation,
  link: Link,
  bits: number,
  { outages, blockBits, onAttempt, onOutage }: Course,
): ProcessBody<void> {
  let waiting: Event | undefined
  let toSend = bits
  try {
    for (let attempt = 1; ; attempt++) {
      onAttempt(attempt)
      const down = outages.at(simulation.now)
      if (down.start > simulation.now) {
        const done = link.start(toSend)
        if (down.start === Infinity) {
          yield* done
          return
        }
        waiting = simulation.timeout(down.start - simulation.now)
        yield* simulation.anyOf([done, waiting])
        const left = link.stop()
        if (left === 0) return
        toSend = bitsToSendAgain(toSend, left, blockBits)
      }
      onOutage(down)
      waiting = down.end === Infinity ? simulation.event() : simulation.timeout(down.end - simulation.now)
      yield* waiting
    }
  } finally {
    link.stop()
    waiting?.cancel()
  }
}
