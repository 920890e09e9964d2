import Type from 'typebox'
import { float64, type StatePart, statePart } from '../../plugin/state-part.js'
import type { Traffic } from '../../twin/traffic.js'
import type { Prediction } from '../scheduler-twin.js'

/** What a row waits for: s in all, and what was reported for it. */
interface Waited {
  readonly delay: number
  readonly traffic: Traffic
}

/** Of the first decision of a row what is to be held against what comes of it. */
interface ForetoldRow {
  /** The row that was next at that time, whosever it became. */
  readonly row: number
  readonly traffic: Traffic
  /** Undefined where some are decided for as they ask: what was decided is known when the row is. */
  readonly predicted: Prediction | undefined
}

/** What was foretold of a job's next row, which rows of others may come before. */
export class Foretold {
  readonly #clients: number
  #next: ForetoldRow | undefined

  constructor(clients: number) {
    this.#clients = clients
  }

  /** Takes note of the first decision since the row before, any job's; `predict` is called for it alone. */
  note(row: number, waited: Waited, predict?: (waited: Waited) => Prediction): void {
    if (this.#next?.row === row) return
    this.#next = { row, traffic: waited.traffic, predicted: predict?.(waited) }
  }

  /** What was foretold, of which nothing is left. */
  take(): ForetoldRow | undefined {
    const next = this.#next
    this.#next = undefined
    return next
  }

  readonly state: StatePart = statePart({
    values: Type.Object({
      next: Type.Union([
        Type.Null(),
        Type.Object({
          row: Type.Integer({ minimum: 1 }),
          reports: Type.Number(),
          bits: Type.Number(),
          seconds: Type.Number(),
          predicted: Type.Boolean(),
        }),
      ]),
    }),
    // Of what was predicted, which may be without end: cost, time and what gains were off by.
    arrays: ({ next }) => ({
      joules: float64(next ? this.#clients : 0),
      predicted: float64(next?.predicted ? 3 : 0),
    }),
    save: () => {
      const next = this.#next
      if (!next)
        return {
          values: { next: null },
          arrays: { joules: new Float64Array(), predicted: new Float64Array() },
        }
      const { row, predicted, traffic } = next
      const { reports, bits, seconds, joules } = traffic
      return {
        values: { next: { row, reports, bits, seconds, predicted: predicted !== undefined } },
        arrays: {
          joules: joules.slice(),
          predicted: predicted
            ? Float64Array.of(predicted.cost, predicted.time, predicted.gainErrorDb)
            : new Float64Array(),
        },
      }
    },
    restore: ({ values: { next }, arrays: { joules, predicted } }) => {
      const [cost, time, gainErrorDb] = predicted
      this.#next = next
        ? {
            row: next.row,
            traffic: {
              reports: next.reports,
              bits: next.bits,
              seconds: next.seconds,
              joules: joules.slice(),
            },
            predicted: next.predicted ? { cost, time, gainErrorDb } : undefined,
          }
        : undefined
    },
  })
}
