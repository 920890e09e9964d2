import Type from 'typebox'
import type { RandomStreams, Simulation } from '../../kernel/index.js'
import { evaluateRound } from '../../network/round-cost.js'
import type { NetworkParameters } from '../../network/round-network.js'
import type { Churn, ComputeTime } from '../../plugin/contracts.js'
import { noArrays, statePart } from '../../plugin/state-part.js'
import { DynamicRound } from './dynamic-round.js'
import type {
  CreateDynamics,
  Dynamics,
  FaultListener,
  LocalComputing,
  PlayedRound,
  RoundPlan,
} from './dynamics.js'
import type { EdgeServer, ServerFailures } from './edge-server.js'
import { createEdgeServers } from './edge-servers.js'
import { EndlessRound } from './endless-round.js'
import { LinkOutages, type OutageSettings } from './link-outages.js'
import { Presence } from './presence.js'
import { slowdownOf } from './slowdown.js'
import { unwrapUserErrors } from './user-errors.js'

/** What may go otherwise than planned; undefined where it does not. */
export interface DynamicSettings {
  readonly parameters: NetworkParameters
  readonly computing: LocalComputing
  /** s after the start of a round; Infinity where there is none. */
  readonly deadlineSeconds: number
  readonly churn: Churn | undefined
  readonly stragglers: ComputeTime | undefined
  readonly outages: OutageSettings | undefined
  readonly failures: ServerFailures | undefined
}

/**
 * Dynamics that follow the events: interference and edge sharing are those of who is really active, and clients, links
 * and servers come and go.
 *
 * What goes wrong is drawn from streams of its own for each client, link or server, alike for every scheduler.
 */
export const followEvents =
  (settings: DynamicSettings, streams: RandomStreams): CreateDynamics =>
  (simulation, onFault) =>
    new DynamicWorld(simulation, settings, streams, onFault)

class DynamicWorld implements Dynamics {
  readonly #simulation: Simulation
  readonly #settings: DynamicSettings
  readonly #streams: RandomStreams
  readonly #onFault: FaultListener
  readonly #presence: Presence
  readonly #servers: readonly EdgeServer[]
  #round: DynamicRound | undefined
  #replaying = false
  readonly #endless = new EndlessRound()

  constructor(
    simulation: Simulation,
    settings: DynamicSettings,
    streams: RandomStreams,
    onFault: FaultListener,
  ) {
    const { parameters, churn } = settings
    this.#simulation = simulation
    this.#settings = settings
    this.#streams = streams
    this.#onFault = (fault) => {
      if (this.#replaying) return
      const { kind } = fault
      if (kind === 'absence' || kind === 'failure') this.#endless.count(kind, simulation.now)
      onFault(fault)
    }
    this.#presence = new Presence(simulation, parameters.clients, churn, (client, start, end) => {
      this.#onFault({ kind: 'absence', client, server: null, start, end: end < Infinity ? end : null })
      this.#round?.breakOff(client)
    })
    this.#servers = createEdgeServers(simulation, settings, streams, this.#onFault)
  }

  get present(): Uint8Array {
    return this.#presence.present
  }

  /** What happens by itself, whatever rounds do: how often it has. */
  get #changes(): number {
    return this.#servers.reduce((sum, server) => sum + server.changes, this.#presence.changes)
  }

  /** Nothing of a round outlives it; who comes and goes and what fails follows from how much of it has happened. */
  readonly state = statePart({
    values: Type.Object({ changes: Type.Integer({ minimum: 0 }) }),
    arrays: noArrays,
    save: () => ({ values: { changes: this.#changes }, arrays: {} }),
    // Lets it happen again on a clock at 0, unheard: the same order of events, since no round has a part in it.
    restore: ({ values: { changes } }) => {
      this.#replaying = true
      while (this.#changes < changes) this.#simulation.step()
      this.#replaying = false
    },
  })

  awaitAnyOf(wanted: Uint8Array): boolean {
    this.#endless.begin(this.#simulation.now)
    while (!wanted.some((each, client) => each && this.present[client])) {
      if (!wanted.some((each, client) => each && this.#presence.changesAt(client) < Infinity)) return false
      unwrapUserErrors(() => this.#simulation.step())
    }
    return true
  }

  play(plan: RoundPlan): PlayedRound {
    const { deadlineSeconds, computing, outages } = this.#settings
    const slowdowns = this.#slowdowns(plan.round)
    const start = this.#simulation.now
    const round = new DynamicRound(this.#simulation, plan, {
      servers: this.#servers,
      computing,
      deadlineSeconds: Math.min(deadlineSeconds, plan.decision?.deadlineSeconds ?? Infinity),
      present: this.present,
      slowdown: (client) => slowdowns?.[client] ?? 1,
      leavesAt: (client) => this.#presence.changesAt(client),
      outages: (client, server) =>
        outages &&
        new LinkOutages(outages, this.#streams.stream('faults/link', client, server, plan.round), start),
      blockBits: outages?.blockBits ?? 0,
      onFault: this.#onFault,
    })
    this.#round = round
    const cost = unwrapUserErrors(() => round.play())
    this.#round = undefined
    return { cost, staticCost: evaluateRound(plan.network, plan.decision ?? plan.assignment) }
  }

  /** How much longer each client computes in a round, length N; undefined where there are no stragglers. */
  #slowdowns(round: number): number[] | undefined {
    const { stragglers, parameters } = this.#settings
    if (!stragglers) return undefined
    return Array.from({ length: parameters.clients }, (_, client) =>
      slowdownOf(stragglers, this.#streams, client, round),
    )
  }
}
