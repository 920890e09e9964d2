import { fromDecibels } from '../kernel/power.js'
import type { Position } from '../plugin/contracts.js'
import type { RandomSource } from '../plugin/needs.js'
import type { ImperfectTwin } from './settings.js'

/** How what is reported differs from what is: drawn for (client, round) alone, whoever hears of it. */
export class ReportErrors {
  readonly #settings: ImperfectTwin
  readonly #streams: RandomSource

  constructor(settings: ImperfectTwin, streams: RandomSource) {
    this.#settings = settings
    this.#streams = streams
  }

  /** Standard deviation of a gain's error, dB, that of its steps included. */
  get gainDb(): number {
    const { gainErrorDb, quantisationDb } = this.#settings
    return Math.sqrt(gainErrorDb ** 2 + quantisationDb ** 2 / 12)
  }

  /** Whether a client's report does not arrive. */
  isLost(client: number, round: number): boolean {
    return this.#streams.stream('twin/report', client, round).next() < this.#settings.missingClients
  }

  /** Where a client says it is, m. */
  place({ x, y }: Position, client: number, round: number): Position {
    const { positionErrorM } = this.#settings
    if (positionErrorM === 0) return { x, y }
    const random = this.#streams.stream('twin/position-error', client, round)
    return { x: x + random.normal(0, positionErrorM), y: y + random.normal(0, positionErrorM) }
  }

  /** The errors of a client's gains, one after the other: each gain with its error, in steps as coarse as reports are. */
  gains(
    client: number,
    round: number,
  ): { next(): number; reported(gain: number, deviation: number): number } {
    const { gainErrorDb, quantisationDb } = this.#settings
    const random = this.#streams.stream('twin/gain-error', client, round)
    return {
      next: () => random.normal(),
      reported(gain, deviation) {
        if (gainErrorDb === 0 && quantisationDb === 0) return gain
        const decibels = 10 * Math.log10(gain) + gainErrorDb * deviation
        const coarse =
          quantisationDb === 0 ? decibels : quantisationDb * Math.round(decibels / quantisationDb)
        return fromDecibels(coarse)
      },
    }
  }

  /** Factor on the speed of a client's processor as it is told, log-normal. */
  clientSpeed(client: number, round: number): number {
    return this.#factor('twin/processor-error', this.#settings.processorError, client, round)
  }

  /** The same of a server's. */
  serverSpeed(server: number, round: number): number {
    return this.#factor('twin/server-error', this.#settings.processorError, server, round)
  }

  /** Factor on the share of its energy that a client says it has spent. */
  spent(client: number, round: number): number {
    return this.#factor('twin/energy-error', this.#settings.energyError, client, round)
  }

  #factor(name: string, deviation: number, index: number, round: number): number {
    return deviation === 0 ? 1 : Math.exp(deviation * this.#streams.stream(name, index, round).normal())
  }
}
