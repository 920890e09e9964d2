import type { Decision } from '../../network/decision.js'
import { float64, int32, noValues, statePart } from '../../plugin/state-part.js'

/** Where a decision leaves a whole number as it is. */
const ABSENT = -1

/** Times that are kept of a decision: until it held, what deciding took, and a deadline, s, NaN for none. */
const PER_DECISION = 3

/** What a decision came to. */
export interface LoggedDecision {
  /** With nobody in it that was not there. */
  readonly decision: Decision
  /** Simulated time from the moment at which it was asked for until it held, s. */
  readonly seconds: number
  /** Of that, what deciding took, s. */
  readonly deciding: number
  /** J that each client spent on reports before it, length N; absent where reports cost nothing. */
  readonly reports?: Float64Array
}

/** The decisions of a run, in order: what a world of processes follows from, beside the scenario and its seed. */
export class DecisionLog {
  readonly #clients: number
  #decisions: LoggedDecision[] = []
  /** Those from here on have not been taken again yet. */
  #next = 0

  constructor(clients: number) {
    this.#clients = clients
  }

  /** Whether what happens now has happened before, and was decided then. */
  get replaying(): boolean {
    return this.#next < this.#decisions.length
  }

  /** The next decision of those that were made before. */
  again(): LoggedDecision {
    return this.#decisions[this.#next++]
  }

  add(logged: LoggedDecision): void {
    const { decision } = logged
    this.#decisions.push({ ...logged, decision: { ...decision, assignment: decision.assignment.slice() } })
    this.#next = this.#decisions.length
  }

  /** All of them one behind the other, length decisions × N; restored to be taken again, from the first. */
  readonly state = statePart({
    values: noValues,
    arrays: {
      decisions: int32(),
      seconds: float64(),
      reports: float64(),
      powerW: float64(),
      serverPowerW: float64(),
      clockHz: float64(),
      share: float64(),
      samples: float64(),
      cut: int32(),
      payload: int32(),
      steps: int32(),
    },
    save: () => ({
      values: {},
      arrays: {
        decisions: this.#whole(({ decision }) => decision.assignment),
        seconds: Float64Array.from(
          this.#decisions.flatMap(({ decision, seconds, deciding }) => [
            seconds,
            deciding,
            decision.deadlineSeconds ?? Number.NaN,
          ]),
        ),
        reports: this.#real(({ reports }) => reports),
        powerW: this.#real(({ decision }) => decision.powerW),
        serverPowerW: this.#real(({ decision }) => decision.serverPowerW),
        clockHz: this.#real(({ decision }) => decision.clockHz),
        share: this.#real(({ decision }) => decision.share),
        samples: this.#real(({ decision }) => decision.samples),
        cut: this.#whole(({ decision }) => decision.cut),
        payload: this.#whole(({ decision }) => decision.payload),
        steps: this.#whole(({ decision }) => decision.steps),
      },
    }),
    check: ({ arrays: { decisions, seconds, ...others } }) => {
      const clients = this.#clients
      if (decisions.length % clients !== 0)
        return `array decisions: expected a multiple of ${clients}, found ${decisions.length}`
      const count = decisions.length / clients
      if (seconds.length !== PER_DECISION * count)
        return `array seconds: expected ${PER_DECISION * count}, found ${seconds.length}`
      for (const [name, { length }] of Object.entries(others))
        if (length !== 0 && length !== decisions.length)
          return `array ${name}: expected none or ${decisions.length}, found ${length}`
      return undefined
    },
    restore: ({ arrays: { decisions, seconds, reports, ...decided } }) => {
      const clients = this.#clients
      const row = <A extends Float64Array | Int32Array>(all: A, i: number): A =>
        all.slice(i * clients, (i + 1) * clients) as A
      this.#next = 0
      this.#decisions = Array.from({ length: decisions.length / clients }, (_, i) => {
        const beside = Object.entries(decided)
          .map(([name, all]) => [name, row(all, i)] as const)
          .filter(([, own]) => own.some((value) => value >= 0))
        const spent = row(reports, i)
        const [took, deciding, deadlineSeconds] = seconds.subarray(PER_DECISION * i)
        return {
          decision: {
            assignment: row(decisions, i),
            ...Object.fromEntries(beside),
            ...(!Number.isNaN(deadlineSeconds) && { deadlineSeconds }),
          },
          seconds: took,
          deciding,
          // One for which nobody reported has none, where others have.
          ...(spent.some((joules) => joules >= 0) && { reports: spent }),
        }
      })
    },
  })

  /** Empty where no decision has any. */
  #real(of: (logged: LoggedDecision) => Float64Array | undefined): Float64Array {
    if (!this.#decisions.some(of)) return new Float64Array()
    const all = new Float64Array(this.#decisions.length * this.#clients).fill(Number.NaN)
    for (const [i, logged] of this.#decisions.entries()) all.set(of(logged) ?? [], i * this.#clients)
    return all
  }

  #whole(of: (logged: LoggedDecision) => Int32Array | undefined): Int32Array {
    if (!this.#decisions.some(of)) return new Int32Array()
    const all = new Int32Array(this.#decisions.length * this.#clients).fill(ABSENT)
    for (const [i, logged] of this.#decisions.entries()) all.set(of(logged) ?? [], i * this.#clients)
    return all
  }
}
