import { gainIndex } from '../../../core/plugin/index.js'
import type { Columns } from '../../files/columns.js'
import { isGain, linearGain, refusedGain } from '../../files/gain-scale.js'
import type { GainTrace, TraceFormat } from './gain-trace.js'

/** The columns of a trace in a table; rounds count from 1, everything else from 0, as in cotwin's own tables. */
export const traceColumns = {
  required: ['round', 'client', 'server', 'channel', 'uplink'],
  optional: ['downlink'],
} as const satisfies Columns

/** Tells of a problem in a row, counted from 1, or in the table as a whole. */
export type Report = (message: string, row?: number) => void

/** What a table's rows are like. */
export interface Rows {
  /** Whether they have a downlink gain beside that of the uplink. */
  readonly withDownlink: boolean
  /** What their numbers are called. */
  readonly name: 'line' | 'row'
}

interface RoundGains {
  readonly uplink: Float64Array
  readonly downlink: Float64Array | undefined
  /** The row that gave each gain; 0 where none has. */
  readonly rows: Uint32Array
}

/** Gathers the rows of a table, in any order, into the gains of its rounds. */
export class GainTable {
  readonly #format: TraceFormat
  readonly #rows: Rows
  readonly #report: Report
  readonly #limits: readonly [name: string, count: number][]
  readonly #rounds = new Map<number, RoundGains>()
  #refused = false

  constructor(format: TraceFormat, rows: Rows, report: Report) {
    const { clients, servers, channels } = format.size
    this.#format = format
    this.#rows = rows
    this.#report = report
    this.#limits = [
      ['client', clients],
      ['server', servers],
      ['channel', channels],
    ]
  }

  /** Adds a row with its values in the order of `traceColumns`. */
  add(row: number, values: readonly number[]): void {
    const [round, client, server, channel, uplink, downlink] = values
    if (!this.#isPlace(row, round, [client, server, channel])) return
    const gains = this.#round(round)
    const index = gainIndex(this.#format.size, client, server, channel)
    if (gains.rows[index] > 0) {
      const place = `round ${round}, client ${client}, server ${server}, channel ${channel}`
      this.#report(
        `${place} stands here a second time; first in ${this.#rows.name} ${gains.rows[index]}`,
        row,
      )
      return
    }
    gains.rows[index] = row
    gains.uplink[index] = this.#gain('uplink', uplink, row)
    if (gains.downlink) gains.downlink[index] = this.#gain('downlink', downlink, row)
  }

  /** Reports a row that tells no place, or no gain. */
  refuse(row: number, message: string): void {
    this.#refused = true
    this.#report(message, row)
  }

  /** The trace; reports rounds and rows that are missing. */
  finish(): GainTrace {
    const numbers = [...this.#rounds.keys()].sort((a, b) => a - b)
    // A row that was refused may be the one that is missing: one mistake, not two.
    if (!this.#refused) this.#checkWhole(numbers)
    const rounds = numbers
      .map((number) => this.#round(number))
      .map(({ uplink, downlink }) => ({ uplink, downlink }))
    return {
      rounds: rounds.length,
      fill: (round, uplinkGain, downlinkGain) => {
        const { uplink, downlink } = rounds[round]
        uplinkGain.set(uplink)
        if (downlink) downlinkGain.set(downlink)
        return downlink !== undefined
      },
    }
  }

  #checkWhole(numbers: readonly number[]): void {
    if (numbers.length === 0) this.#report('holds no rounds')
    for (const [i, round] of numbers.entries()) {
      this.#checkGap(i === 0 ? 0 : numbers[i - 1], round)
      this.#checkComplete(round)
    }
  }

  #isPlace(row: number, round: number, indices: readonly number[]): boolean {
    if (!(Number.isSafeInteger(round) && round >= 1)) {
      this.refuse(row, `round: expected a whole number from 1, found ${round}`)
      return false
    }
    const wrong = this.#limits.findIndex(
      ([, count], i) => !(Number.isInteger(indices[i]) && indices[i] >= 0 && indices[i] < count),
    )
    if (wrong < 0) return true
    const [name, count] = this.#limits[wrong]
    this.refuse(row, `${name}: expected a whole number from 0 to ${count - 1}, found ${indices[wrong]}`)
    return false
  }

  #gain(column: string, value: number, row: number): number {
    const gain = linearGain(value, this.#format.scale)
    if (!isGain(gain)) this.#report(`${column}: ${refusedGain(value, this.#format.scale)}`, row)
    return gain
  }

  #round(round: number): RoundGains {
    const known = this.#rounds.get(round)
    if (known) return known
    const { clients, servers, channels } = this.#format.size
    const length = clients * servers * channels
    const created = {
      uplink: new Float64Array(length),
      downlink: this.#rows.withDownlink ? new Float64Array(length) : undefined,
      rows: new Uint32Array(length),
    }
    this.#rounds.set(round, created)
    return created
  }

  #checkGap(before: number, round: number): void {
    if (round === before + 1) return
    const missing =
      round === before + 2 ? `round ${before + 1} is` : `rounds ${before + 1} to ${round - 1} are`
    this.#report(`${missing} missing; there is a round ${round}`)
  }

  #checkComplete(round: number): void {
    const { rows } = this.#round(round)
    if (!rows.includes(0)) return
    const { clients, servers, channels } = this.#format.size
    const places = Array.from({ length: rows.length }, (_, i) => [
      Math.floor(i / (servers * channels)),
      Math.floor(i / channels) % servers,
      i % channels,
    ]).filter(
      ([client, server, channel]) => rows[gainIndex({ clients, servers }, client, server, channel)] === 0,
    )
    const [client, server, channel] = places[0]
    const place = `client ${client}, server ${server}, channel ${channel}`
    const which = places.length === 1 ? `that of ${place}` : `the first of them ${place}`
    this.#report(`round ${round} lacks ${places.length} of its ${rows.length} rows, ${which}`)
  }
}
