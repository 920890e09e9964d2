import { type ProcessBody, type RandomStreams, Resource, type Simulation } from '../../kernel/index.js'
import type { Scenario } from '../../scenario/scenario.js'
import { realiseKey } from '../../scenario/schema/per-node.js'

/** Where a body is: at an edge server, by its number, or at the cloud. */
export type Place = number | 'cloud'

/** A body that went from one place to another; times are simulated, s. */
export interface BackhaulTransfer {
  readonly from: Place
  readonly to: Place
  readonly bits: number
  /** J */
  readonly energy: number
  readonly start: number
  readonly end: number
}

/** The same as observers are told: null for the cloud. */
export const toldOf = ({ from, to, ...rest }: BackhaulTransfer) => ({
  from: from === 'cloud' ? null : from,
  to: to === 'cloud' ? null : to,
  ...rest,
})

/** Links behind the edge servers; values by server, length M. */
export interface BackhaulSettings {
  /** bit/s; infinite where a transfer takes no time but the latency. */
  readonly bitsPerSecond: Float64Array
  readonly latencySeconds: Float64Array
  /** J/bit, either way. */
  readonly joulesPerBit: Float64Array
  /** What the cloud takes to put bodies together, s. */
  readonly aggregationSeconds: number
  /** What a body takes, bit. */
  readonly bodyBits: number
}

/** One link a server and direction, which all jobs share. */
export interface BackhaulLinks {
  readonly up: readonly Resource[]
  readonly down: readonly Resource[]
}

/** The links of so many servers. */
export function backhaulLinks(simulation: Simulation, servers: number): BackhaulLinks {
  const links = () => Array.from({ length: servers }, () => new Resource(simulation))
  return { up: links(), down: links() }
}

/**
 * The links behind the edge servers: one a server and direction, on which one body goes after the other, and then takes the latency.
 *
 * Between two servers a body takes the link and the latency of the one that sends it. Without settings all of it takes no time.
 */
export class Backhaul {
  readonly #simulation: Simulation
  readonly #settings: BackhaulSettings | undefined
  readonly #onTransfer: (transfer: BackhaulTransfer) => void
  readonly #links: BackhaulLinks

  constructor(
    simulation: Simulation,
    settings: BackhaulSettings | undefined,
    links: BackhaulLinks,
    onTransfer: (transfer: BackhaulTransfer) => void,
  ) {
    this.#simulation = simulation
    this.#settings = settings
    this.#onTransfer = onTransfer
    this.#links = links
  }

  /** Sends a body; one of the places is a server. */
  *send(from: Place, to: Place): ProcessBody<void> {
    if (!this.#settings) return
    const { bitsPerSecond, latencySeconds, joulesPerBit, bodyBits } = this.#settings
    const [links, server] = from === 'cloud' ? [this.#links.down, to as number] : [this.#links.up, from]
    const start = this.#simulation.now
    yield* links[server].use(() => this.#pass(bodyBits / bitsPerSecond[server]))
    yield* this.#pass(latencySeconds[server])
    const energy = bodyBits * joulesPerBit[server]
    this.#onTransfer({ from, to, bits: bodyBits, energy, start, end: this.#simulation.now })
  }

  /** Bodies of these servers go to the cloud at once, are put together there, and come back. */
  *thereAndBack(servers: readonly number[]): ProcessBody<void> {
    if (!this.#settings) return
    yield* this.#all(servers, (server) => this.send(server, 'cloud'))
    yield* this.#pass(this.#settings.aggregationSeconds)
    yield* this.#all(servers, (server) => this.send('cloud', server))
  }

  /** Each server sends its body to each of its neighbours, all at once. */
  *exchange(neighbours: readonly (readonly number[])[]): ProcessBody<void> {
    if (!this.#settings) return
    const links = neighbours.flatMap((others, from) => others.map((to) => ({ from, to })))
    yield* this.#all(links, ({ from, to }) => this.send(from, to))
  }

  *#all<T>(each: readonly T[], body: (one: T) => ProcessBody<void>): ProcessBody<void> {
    yield* this.#simulation.allOf(each.map((one) => this.#simulation.process(() => body(one))))
  }

  *#pass(seconds: number): ProcessBody<void> {
    if (seconds > 0) yield* this.#simulation.timeout(seconds)
  }
}

/** The backhaul of a scenario, given what a body of the model takes; undefined where nothing on it takes time or energy. */
export function backhaulOf(
  scenario: Scenario,
  streams: RandomStreams,
  bodyBits = 0,
): BackhaulSettings | undefined {
  const { backhaul, servers } = scenario.network
  const values = (key: string) => realiseKey(scenario, `network.backhaul.${key}`, streams)
  const latencySeconds = values('latencySeconds') ?? new Float64Array(servers.count)
  const joulesPerBit = values('joulesPerBit') ?? new Float64Array(servers.count)
  const rates = values('bitsPerSecond')
  const { aggregationSeconds } = backhaul
  const nothing = [latencySeconds, joulesPerBit].every((each) => each.every((value) => value === 0))
  if (!rates && aggregationSeconds === 0 && nothing) return undefined
  return {
    bitsPerSecond: rates ?? new Float64Array(servers.count).fill(Infinity),
    latencySeconds,
    joulesPerBit,
    aggregationSeconds,
    bodyBits: backhaul.bodyBits ?? bodyBits,
  }
}
