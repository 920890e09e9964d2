import type { Decision } from '../../network/decision.js'
import { type Phase, phases } from '../../observe/events.js'
import type { Direction } from '../dynamics/radio.js'
import type { Arrival, Used } from './row.js'

/** Where each phase's seconds lie. */
const at = Object.fromEntries(phases.map((phase, i) => [phase, i])) as Readonly<Record<Phase, number>>

const unmeasured: readonly number[] = phases.map(() => Number.NaN)

/** How long the phases of a turn took, s; NaN for those it did not have. */
export class PhaseSeconds {
  readonly #seconds: number[]

  constructor(seconds: readonly number[] = unmeasured) {
    this.#seconds = seconds.slice()
  }

  of(phase: Phase): number {
    return this.#seconds[at[phase]]
  }

  /** A phase, or a part of one, took so long. */
  add(phase: Phase, seconds: number): void {
    const before = this.#seconds[at[phase]]
    this.#seconds[at[phase]] = Number.isNaN(before) ? seconds : before + seconds
  }

  /** All of them, of which none is left. */
  take(): PhaseSeconds {
    const taken = new PhaseSeconds(this.#seconds)
    this.#seconds.fill(Number.NaN)
    return taken
  }
}

/** What of a turn an update says. */
type Said = Pick<
  Arrival,
  'client' | 'slot' | 'decision' | 'server' | 'version' | 'setOutAt' | 'trainedAt'
> & {
  readonly passes: number
  readonly payload: Readonly<Record<Direction, number>>
}

/** What a turn came to by the time at which it arrived. */
export class Update implements Arrival {
  readonly client: number
  readonly slot: number
  readonly decision: Decision
  readonly server: number
  readonly version: number
  readonly setOutAt: number
  readonly arrivedAt: number
  readonly trainedAt: number | undefined
  readonly repeats: number
  readonly used: Used
  readonly uplinkPayload: number
  readonly downlinkPayload: number
  readonly #seconds: PhaseSeconds

  constructor(turn: Said, arrivedAt: number, seconds: PhaseSeconds, used: Used) {
    this.client = turn.client
    this.slot = turn.slot
    this.decision = turn.decision
    this.server = turn.server
    this.version = turn.version
    this.setOutAt = turn.setOutAt
    this.arrivedAt = arrivedAt
    this.trainedAt = turn.trainedAt
    this.repeats = turn.passes
    this.used = used
    this.uplinkPayload = turn.payload.uplink
    this.downlinkPayload = turn.payload.downlink
    this.#seconds = seconds
  }

  secondsOf(phase: Phase): number {
    return this.#seconds.of(phase)
  }
}
