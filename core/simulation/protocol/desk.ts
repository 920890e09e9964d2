import type { LoggedDecision } from './decision-log.js'

/** A scheduler, and what reports to it, do one thing at a time, for whichever job: what is asked for meanwhile waits. */
export class Desk {
  /** Until when it is busy with what came before, s. */
  #busyUntil = 0

  /** When a decision that is asked for now is made, s, and what is done for it when: one after the other. */
  inTurn(now: number, { seconds, deciding }: LoggedDecision) {
    const start = Math.max(now, this.#busyUntil)
    const end = start + seconds
    const phases = [
      { phase: 'synchronisation', start, end: end - deciding },
      { phase: 'decision', start: end - deciding, end },
    ] as const
    this.#busyUntil = end
    return { end, phases: phases.filter((phase) => phase.end > phase.start) }
  }
}
