import { edgeWorkOf, type RoundNetwork } from '../../../core/plugin/index.js'
import { Choice, type Mode } from '../shared/modes.js'

/**
 * What each client brings to its server by mode: samples where every sample takes a server as much, eq. (7), else FLOPs.
 *
 * Modes of equal load are of one level.
 */
export class ClientLoads {
  /** How long a load takes each server, s a unit; length M. */
  readonly secondsPerLoad: Float64Array
  /** Most levels that a client has. */
  readonly levels: number
  readonly clients: number
  /** Loads of each client by level, ascending. */
  readonly #loads: readonly Float64Array[]
  readonly #levelOfMode: readonly Int32Array[]

  constructor(network: RoundNetwork, modes: readonly (readonly Mode[])[]) {
    const { load, serverFlops, clientSamples, clients } = network
    const byCut = modes.some((own) => own.some(({ cut }) => cut !== undefined))
    const choice = new Choice(network)
    const ofModes = modes.map((own, client) =>
      own.map((mode) => {
        if (!byCut) return clientSamples[client]
        choice.set(client, mode)
        return edgeWorkOf(network, client, choice.decision)
      }),
    )
    this.clients = clients
    this.#loads = ofModes.map((own) => Float64Array.from(new Set(own)).sort())
    this.#levelOfMode = ofModes.map((own, client) =>
      Int32Array.from(own, (each) => this.#loads[client].indexOf(each)),
    )
    this.levels = this.#loads.reduce((most, { length }) => Math.max(most, length), 1)
    const matters = byCut ? ofModes.some((own) => own.some((each) => each > 0)) : load.bodyFlops > 0
    const perLoad = byCut ? 1 : load.bodyFlops
    this.secondsPerLoad = serverFlops.map((flops) => (matters ? perLoad / flops : 0))
  }

  /** Whether edge computing takes any time. */
  get matter(): boolean {
    return this.secondsPerLoad.some((seconds) => seconds > 0)
  }

  level(client: number, mode: number): number {
    return this.#levelOfMode[client][mode]
  }

  /** 0 for a level that the client does not have. */
  of(client: number, level: number): number {
    return level < this.#loads[client].length ? this.#loads[client][level] : 0
  }

  least(client: number): number {
    return this.#loads[client][0]
  }

  most(client: number): number {
    return this.#loads[client][this.#loads[client].length - 1]
  }

  /** All loads of these clients. */
  all(clients: readonly number[]): number[] {
    return clients.flatMap((client) => [...this.#loads[client]])
  }
}
