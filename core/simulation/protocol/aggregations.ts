import type { Event, ProcessBody, Simulation } from '../../kernel/index.js'
import type { NetworkParameters } from '../../network/round-network.js'
import { Backhaul, type BackhaulSettings, type BackhaulTransfer } from './backhaul.js'
import { type Gathered, Gathering } from './gathering.js'
import type { Ground } from './ground.js'
import { Happenings } from './happenings.js'
import type { Row } from './row.js'
import { RowAccount } from './row-account.js'

/** What aggregations take of a scenario. */
export interface AggregationSettings {
  readonly parameters: NetworkParameters
  /** Undefined where bodies take no time on their way. */
  readonly backhaul?: BackhaulSettings | undefined
}

export interface AggregationListeners {
  /** A row was closed. */
  onRow(): void
  readonly onBackhaul?: (transfer: BackhaulTransfer) => void
}

/** An aggregation that waits for the run to take note of it. */
export interface ClosedRow {
  readonly row: Row
  /** Lets the protocol go on. */
  readonly goOn: Event
}

/** What becomes of updates: edge servers and a cloud put them together, over the backhaul, row by row. */
export class Aggregations extends Happenings {
  readonly #simulation: Simulation
  readonly #listeners: AggregationListeners
  readonly #gathering = new Gathering()
  readonly #backhaul: Backhaul
  #version = 0
  /** Rows that have been closed and not been taken note of. */
  readonly #closed: ClosedRow[] = []
  protected readonly ground: Ground
  protected readonly account: RowAccount

  constructor(
    ground: Ground,
    { parameters, backhaul }: AggregationSettings,
    listeners: AggregationListeners,
  ) {
    const { simulation } = ground
    super(simulation, ground.streams)
    this.ground = ground
    this.#simulation = simulation
    this.#listeners = listeners
    this.account = new RowAccount(parameters, simulation.now)
    this.#backhaul = new Backhaul(simulation, backhaul, ground.links, (transfer) => {
      this.account.chargeBackhaul(transfer.energy)
      listeners.onBackhaul?.(transfer)
    })
  }

  get version(): number {
    return this.#version
  }

  get waiting(): number {
    return this.#gathering.waiting
  }

  /** The version that the oldest update that has arrived was trained from; the present one where there is none. */
  protected get oldestArrival(): number {
    let oldest = this.#gathering.oldest(this.#version)
    for (const { row } of this.#closed)
      for (const { version } of row.arrivals) oldest = Math.min(oldest, version)
    return oldest
  }

  protected readonly arrived = (arrival: Row['arrivals'][number]): void => {
    this.ground.fruitless.reset(this.#simulation.now)
    this.#gathering.add(arrival)
  }

  /** Charges what clients spent on reports to the twin, J by client, to the row in hand. */
  chargeReports(joules: Float64Array): void {
    this.account.chargeReports(joules)
  }

  /** The next row that was closed and not been taken note of. */
  takeRow(): ClosedRow | undefined {
    return this.#closed.shift()
  }

  aggregate(clients?: readonly number[]): ProcessBody<void> {
    return this.#close(this.#gathering.take(clients))
  }

  *stageTwo(): ProcessBody<void> {
    const { servers } = this.#gathering
    const gathered = this.#gathering.take()
    yield* this.#backhaul.thereAndBack(servers)
    yield* this.#close(gathered)
  }

  aggregateAtEdge(server: number): void {
    this.#gathering.atEdge(server)
  }

  *exchange(neighbours: readonly (readonly number[])[]): ProcessBody<void> {
    const gathered = this.#gathering.take()
    yield* this.#backhaul.exchange(neighbours)
    yield* this.#close(gathered, neighbours)
  }

  toCloud(server: number): ProcessBody<void> {
    return this.#backhaul.send(server, 'cloud')
  }

  fromCloud(server: number): ProcessBody<void> {
    return this.#backhaul.send('cloud', server)
  }

  betweenServers(from: number, to: number): ProcessBody<void> {
    return this.#backhaul.send(from, to)
  }

  /** Ends a row with what was gathered for it; goes on once the run has taken note of it. */
  *#close(gathered: Gathered, neighbours?: Row['neighbours']): ProcessBody<void> {
    const goOn = this.#simulation.event()
    const { now } = this.#simulation
    this.#version++
    this.#closed.push({ row: this.account.close(now, gathered, neighbours), goOn })
    this.#gathering.settle()
    this.ground.endless.begin(now)
    this.ground.fruitless.reset(now)
    this.#listeners.onRow()
    yield* goOn
  }
}
