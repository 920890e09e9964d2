import type { RoundNetwork } from '../../../core/plugin/index.js'
import type { Columns } from './columns.js'
import type { Reach } from './reach.js'

/** How much load (samples, or FLOPs where it depends on the cut) each server may hold, at least and at most, those it holds already among them; length M. */
export interface LoadRange {
  readonly least: Float64Array
  readonly most: Float64Array
}

/**
 * How much load each server holds while columns are chosen, and how long a round is at least because of them.
 *
 * A server's clients all wait for all its load, eq. (7), so every column chosen lengthens those that meet it at a
 * server, chosen and to come.
 */
export class ServerLoads {
  /** Whether edge computing takes any time. */
  readonly matter: boolean
  /** How long a unit of load takes each server, length M: ψ^B / F_m for a sample. */
  readonly secondsPerLoad: Float64Array
  readonly #columns: Columns
  /** What all loads are multiples of; 0 where nothing is known. */
  readonly #unit: number
  /** Load of the chosen clients at each server. */
  readonly #load: Float64Array
  /** Longest time without edge computing of the chosen clients at each server, s. */
  readonly #radioTime: Float64Array
  readonly #filling: Uint8Array

  constructor(network: RoundNetwork, columns: Columns, clients: readonly number[]) {
    const { servers } = network
    const { loads } = columns
    this.matter = loads.matter
    this.secondsPerLoad = loads.secondsPerLoad
    this.#columns = columns
    this.#unit = loads.all(clients).reduce(commonDivisor, 0) || 0
    this.#load = new Float64Array(servers)
    this.#radioTime = new Float64Array(servers)
    this.#filling = new Uint8Array(servers)
  }

  /** Load of the chosen clients at each server. */
  get load(): Readonly<Float64Array> {
    return this.#load
  }

  /** Longest time without edge computing of the chosen clients at each server, s; 0 where there are none. */
  get radioTime(): Readonly<Float64Array> {
    return this.#radioTime
  }

  /** What is known before anything is chosen. */
  anyLoad(clients: readonly number[]): LoadRange {
    const { loads } = this.#columns
    const all = clients.reduce((sum, client) => sum + loads.most(client), 0) * (1 + ROUNDING)
    return { least: new Float64Array(this.#load.length), most: new Float64Array(this.#load.length).fill(all) }
  }

  /** Least time of a column, and of whoever it delays, were it chosen too, s; Infinity where a server cannot hold it. */
  timeWith(column: number, { least, most }: LoadRange): number {
    const { start, server, radioTime, load: loads } = this.#columns
    let longest = 0
    for (let i = start[column]; i < start[column + 1]; i++) {
      const m = server[i]
      const load = this.#load[m] + loads[i]
      if (load > most[m]) return Number.POSITIVE_INFINITY
      const radio = Math.max(radioTime[i], this.#radioTime[m])
      const time = radio + this.secondsPerLoad[m] * Math.max(load, least[m])
      if (time > longest) longest = time
    }
    return longest
  }

  /** Chooses a column; returns what `restore` needs to take it back. */
  choose(column: number): ServerState {
    const before = { load: this.#load.slice(), radioTime: this.#radioTime.slice() }
    const { start, server, radioTime, load } = this.#columns
    for (let i = start[column]; i < start[column + 1]; i++) {
      const m = server[i]
      this.#load[m] += load[i]
      if (radioTime[i] > this.#radioTime[m]) this.#radioTime[m] = radioTime[i]
    }
    return before
  }

  restore({ load, radioTime }: ServerState): void {
    this.#load.set(load)
    this.#radioTime.set(radioTime)
  }

  /** No round is shorter than this in which these clients' loads join those at the servers already, s. */
  leastTime(clients: readonly number[], { least }: LoadRange): number {
    if (!this.matter) return this.#radioTime.reduce((a, b) => Math.max(a, b), 0)
    let time = this.#evenTime(this.#sum(clients))
    for (let m = 0; m < this.#load.length; m++) {
      const load = Math.max(this.#load[m], least[m])
      if (load > 0) time = Math.max(time, this.#radioTime[m] + this.secondsPerLoad[m] * load)
    }
    return time
  }

  /**
   * Narrows a range by what the clients to come can bring, and cannot but bring, and by what the servers can be done with
   * in `mostTime`; undefined where nothing is left.
   */
  narrow(
    { least, most }: LoadRange,
    clients: readonly number[],
    mostTime: number,
    { shortestRadio, leastLoad, mostLoad }: Reach,
  ): LoadRange | undefined {
    const total = this.#load.reduce((sum, load) => sum + load, this.#sum(clients))
    const narrowed = { least: least.slice(), most: most.slice() }
    let room = 0
    for (let m = 0; m < least.length; m++) {
      const reachable = (this.#load[m] + mostLoad[m]) * (1 + ROUNDING)
      const radio = this.#load[m] > 0 ? this.#radioTime[m] : shortestRadio[m]
      const inTime = radio < mostTime ? (mostTime - radio) / this.secondsPerLoad[m] : 0
      narrowed.most[m] = this.#down(Math.min(most[m], reachable, Math.max(inTime, 0)))
      room += narrowed.most[m]
    }
    for (let m = 0; m < least.length; m++) {
      const needed = this.#up(total * (1 - ROUNDING) - (room - narrowed.most[m]))
      const forced = (this.#load[m] + leastLoad[m]) * (1 - ROUNDING)
      narrowed.least[m] = Math.max(least[m], this.#load[m], this.#up(forced), needed)
      if (narrowed.least[m] > narrowed.most[m]) return undefined
    }
    return narrowed
  }

  /** The server whose load leaves most of the round's time open, or -1 where none leaves much. */
  openServer({ least, most }: LoadRange, leastTime: number, mostTime: number, reach: Reach): number {
    let open = -1
    let widest = OPEN_SHARE * (mostTime - leastTime)
    for (let m = 0; m < least.length; m++) {
      const seconds = this.secondsPerLoad[m]
      const radio = Math.max(this.#radioTime[m], reach.longestRadio[m])
      const earliest = Math.max(leastTime, radio + seconds * least[m])
      const latest = Math.min(mostTime, radio + seconds * most[m])
      if (latest - earliest <= widest || most[m] - least[m] <= NARROW * most[m]) continue
      widest = latest - earliest
      open = m
    }
    return open
  }

  /** Splits a server's range in two that meet nowhere, or only at their ends. */
  split(range: LoadRange, server: number): [lower: LoadRange, upper: LoadRange] {
    const middle = this.#down((range.least[server] + range.most[server]) / 2)
    const lower = { least: range.least, most: range.most.slice() }
    const upper = { least: range.least.slice(), most: range.most }
    lower.most[server] = middle
    upper.least[server] = middle + this.#unit
    return [lower, upper]
  }

  /**
   * The time at which servers are done if they share so much more load as they please, s: none is done later than it
   * has to be. Radio times of those to come are left out.
   */
  #evenTime(load: number): number {
    const filling = this.#filling.fill(1)
    for (;;) {
      let work = load
      let loadPerSecond = 0
      for (let m = 0; m < filling.length; m++) {
        if (!filling[m]) continue
        work += this.#radioTime[m] / this.secondsPerLoad[m] + this.#load[m]
        loadPerSecond += 1 / this.secondsPerLoad[m]
      }
      // With nothing to share, rounding may leave no server at all.
      if (loadPerSecond === 0) return 0
      const time = work / loadPerSecond
      let settled = true
      for (let m = 0; m < filling.length; m++) {
        if (!filling[m] || this.#radioTime[m] + this.secondsPerLoad[m] * this.#load[m] <= time) continue
        filling[m] = 0
        settled = false
      }
      if (settled) return time
    }
  }

  /** What clients bring at least. */
  #sum(clients: readonly number[]): number {
    const { loads } = this.#columns
    return clients.reduce((sum, client) => sum + loads.least(client), 0)
  }

  /** The largest load that is not above this one, up to rounding. */
  #down(load: number): number {
    const above = load * (1 + ROUNDING)
    return this.#unit === 0 ? above : Math.floor(above / this.#unit) * this.#unit
  }

  /** The smallest load that is not below this one. */
  #up(load: number): number {
    return this.#unit === 0 ? load : Math.ceil(load / this.#unit) * this.#unit
  }
}

interface ServerState {
  readonly load: Float64Array
  readonly radioTime: Float64Array
}

/** Loads are split if they leave more than this share of the times open that a round can take. */
const OPEN_SHARE = 0.5
/** Load ranges of this relative width are split no more. */
const NARROW = 1e-9
/** Loads that differ by less, relative to themselves, are alike. */
const ROUNDING = 1e-12

/** Of whole numbers; 0 once there is another among them. */
function commonDivisor(a: number, b: number): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return Number.NaN
  return b === 0 ? a : commonDivisor(b, a % b)
}
