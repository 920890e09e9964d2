import type { RoundNetwork } from '../../../core/plugin/index.js'
import type { ColumnLists } from './column-lists.js'
import type { Columns } from './columns.js'

/** What the columns that are left can do, and what they cannot but do: at servers, length M, and for clients, length N. */
export class Reach {
  /** Shortest time without edge computing that a client to come has at a server, s; Infinity where none can be there. */
  readonly shortestRadio: Float64Array
  /** The longest, s; 0 where none can be there. */
  readonly longestRadio: Float64Array
  /** Samples of the clients to come that can be at a server. */
  readonly mostSamples: Float64Array
  /** Samples of those that can be nowhere else. */
  readonly leastSamples: Float64Array
  readonly #columns: Columns
  readonly #samples: Float64Array
  /** Whether a column has a client at a server, N×M. */
  readonly #possible: Uint8Array
  readonly #shortestTime: Float64Array

  constructor({ clients, servers, clientSamples }: RoundNetwork, columns: Columns) {
    this.shortestRadio = new Float64Array(servers)
    this.longestRadio = new Float64Array(servers)
    this.mostSamples = new Float64Array(servers)
    this.leastSamples = new Float64Array(servers)
    this.#columns = columns
    this.#samples = clientSamples
    this.#possible = new Uint8Array(clients * servers)
    this.#shortestTime = new Float64Array(clients)
  }

  /** Measures the columns listed from `from` to `to`, for the clients to come. */
  measure(clients: readonly number[], { column }: ColumnLists, from: number, to: number): void {
    const { start, client, server, radioTime } = this.#columns
    const servers = this.shortestRadio.length
    const possible = this.#possible.fill(0)
    this.shortestRadio.fill(Number.POSITIVE_INFINITY)
    this.longestRadio.fill(0)
    for (let i = from; i < to; i++) {
      const end = start[column[i] + 1]
      for (let j = start[column[i]]; j < end; j++) {
        const m = server[j]
        possible[client[j] * servers + m] = 1
        if (radioTime[j] < this.shortestRadio[m]) this.shortestRadio[m] = radioTime[j]
        if (radioTime[j] > this.longestRadio[m]) this.longestRadio[m] = radioTime[j]
      }
    }
    this.mostSamples.fill(0)
    this.leastSamples.fill(0)
    for (const n of clients) {
      let options = 0
      let only = 0
      for (let m = 0; m < servers; m++) {
        if (!possible[n * servers + m]) continue
        this.mostSamples[m] += this.#samples[n]
        only = m
        options++
      }
      if (options === 1) this.leastSamples[only] += this.#samples[n]
    }
  }

  /** No round that puts each client in a column of the list is shorter, s. */
  leastTime(clients: readonly number[], { column, time }: ColumnLists, from: number, to: number): number {
    const { start, client } = this.#columns
    const shortest = this.#shortestTime.fill(Number.POSITIVE_INFINITY)
    for (let i = from; i < to; i++) {
      const end = start[column[i] + 1]
      for (let j = start[column[i]]; j < end; j++)
        if (time[i] < shortest[client[j]]) shortest[client[j]] = time[i]
    }
    return clients.reduce((least, n) => Math.max(least, shortest[n]), 0)
  }
}
