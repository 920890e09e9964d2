import type { RoundNetwork } from '../../../core/plugin/index.js'
import type { ColumnLists } from './column-lists.js'
import type { Columns } from './columns.js'

/** What the columns that are left can do, and what they cannot but do: at servers, length M, and for clients, length N. */
export class Reach {
  /** Shortest time without edge computing that a client to come has at a server, s; Infinity where none can be there. */
  readonly shortestRadio: Float64Array
  /** The longest, s; 0 where none can be there. */
  readonly longestRadio: Float64Array
  /** Most load of the clients to come that can be at a server. */
  readonly mostLoad: Float64Array
  /** Least load of those that can be nowhere else. */
  readonly leastLoad: Float64Array
  readonly #columns: Columns
  /** Most and least load of a client at a server in a column, N×M; -1 and Infinity where none has it there. */
  readonly #most: Float64Array
  readonly #least: Float64Array
  readonly #shortestTime: Float64Array

  constructor({ clients, servers }: RoundNetwork, columns: Columns) {
    this.shortestRadio = new Float64Array(servers)
    this.longestRadio = new Float64Array(servers)
    this.mostLoad = new Float64Array(servers)
    this.leastLoad = new Float64Array(servers)
    this.#columns = columns
    this.#most = new Float64Array(clients * servers)
    this.#least = new Float64Array(clients * servers)
    this.#shortestTime = new Float64Array(clients)
  }

  /** Measures the columns listed from `from` to `to`, for the clients to come. */
  measure(clients: readonly number[], { column }: ColumnLists, from: number, to: number): void {
    const { start, client, server, radioTime, load } = this.#columns
    const servers = this.shortestRadio.length
    const most = this.#most.fill(-1)
    const least = this.#least.fill(Number.POSITIVE_INFINITY)
    this.shortestRadio.fill(Number.POSITIVE_INFINITY)
    this.longestRadio.fill(0)
    for (let i = from; i < to; i++) {
      const end = start[column[i] + 1]
      for (let j = start[column[i]]; j < end; j++) {
        const m = server[j]
        const link = client[j] * servers + m
        if (load[j] > most[link]) most[link] = load[j]
        if (load[j] < least[link]) least[link] = load[j]
        if (radioTime[j] < this.shortestRadio[m]) this.shortestRadio[m] = radioTime[j]
        if (radioTime[j] > this.longestRadio[m]) this.longestRadio[m] = radioTime[j]
      }
    }
    this.mostLoad.fill(0)
    this.leastLoad.fill(0)
    for (const n of clients) {
      let options = 0
      let only = 0
      for (let m = 0; m < servers; m++) {
        if (most[n * servers + m] < 0) continue
        this.mostLoad[m] += most[n * servers + m]
        only = m
        options++
      }
      if (options === 1) this.leastLoad[only] += least[n * servers + only]
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
