import type { RandomStreams, Simulation } from '../../kernel/index.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { DynamicSettings } from '../dynamics/dynamic.js'
import type { FaultListener } from '../dynamics/dynamics.js'
import type { EdgeServer } from '../dynamics/edge-server.js'
import { createEdgeServers } from '../dynamics/edge-servers.js'
import { EndlessRound } from '../dynamics/endless-round.js'
import { Presence } from '../dynamics/presence.js'
import type { Direction } from '../dynamics/radio.js'
import { Air } from './air.js'
import { type BackhaulLinks, backhaulLinks } from './backhaul.js'
import { Fruitless } from './fruitless.js'
import { Holdings } from './holdings.js'

/** Whose clients come and go. */
interface Owner {
  /** A client has left. */
  left(client: number): void
  /** A client is back. */
  returned(client: number): void
}

/** What all jobs of a run have in common: who is there, who holds which slot, the radio, edge servers and the links behind them. */
export class Ground {
  readonly simulation: Simulation
  readonly streams: RandomStreams
  readonly holdings: Holdings
  readonly presence: Presence
  readonly air: Readonly<Record<Direction, Air>>
  readonly servers: readonly EdgeServer[]
  readonly links: BackhaulLinks
  readonly endless = new EndlessRound()
  readonly fruitless = new Fruitless()
  readonly onFault: FaultListener
  readonly #owners: (Owner | undefined)[]

  constructor(
    simulation: Simulation,
    network: RoundNetwork,
    settings: DynamicSettings,
    streams: RandomStreams,
    onFault: FaultListener,
  ) {
    const { clients, servers } = network
    this.simulation = simulation
    this.streams = streams
    this.holdings = new Holdings(clients)
    this.#owners = new Array<Owner | undefined>(clients).fill(undefined)
    this.endless.begin(simulation.now)
    this.onFault = (fault) => {
      const { kind } = fault
      if (kind === 'absence' || kind === 'failure') this.endless.count(kind, simulation.now)
      onFault(fault)
    }
    this.presence = new Presence(
      simulation,
      clients,
      settings.churn,
      (client, start, end) => {
        this.onFault({ kind: 'absence', client, server: null, start, end: end < Infinity ? end : null })
        this.#owners[client]?.left(client)
      },
      (client) => this.#owners[client]?.returned(client),
    )
    this.air = {
      uplink: new Air(simulation, network, 'uplink'),
      downlink: new Air(simulation, network, 'downlink'),
    }
    this.servers = createEdgeServers(simulation, settings, streams, this.onFault)
    this.links = backhaulLinks(simulation, servers)
  }

  /** A client is of this job from now on. */
  own(client: number, owner: Owner): void {
    this.#owners[client] = owner
  }

  /** Goes on with these channels. */
  goOnAt(network: RoundNetwork): void {
    this.air.uplink.setNetwork(network)
    this.air.downlink.setNetwork(network)
  }
}
