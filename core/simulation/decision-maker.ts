import { type Assignment, channelOf, SITS_OUT, serverOf } from '../network/assignment.js'
import type { RoundCost } from '../network/round-cost.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'
import type { SavedState } from '../plugin/saved-state.js'
import { type CallLimit, isAwaited, OverLimit } from './call-limit.js'
import { overLimit, pluginFailure } from './plugin-failure.js'
import type { NamedScheduler } from './scheduler-run-settings.js'
import { type Counts, View } from './view.js'

/** What a run knows when its scheduler decides. */
type Situation = Pick<Counts, 'active' | 'energyRatio' | 'latencyRatio'>

/** What was decided, and how long it took by the wall clock, s. */
export interface Decision {
  readonly assignment: Assignment
  readonly seconds: number
}

/**
 * A scheduler at work: what it is shown of a round, what it decides, what it hears of the outcome.
 *
 * It gets copies of everything, and an error of its own names it and the round.
 */
export class DecisionMaker {
  readonly #scheduler: NamedScheduler
  /** The scheduler's own copy: nothing is read from it again. */
  readonly #parameters: NetworkParameters
  readonly #channels: number
  /** Undefined where it may take as long as it likes. */
  readonly #limit: CallLimit | undefined
  /** Clients at each server in the round before. */
  readonly #serverClients: Int32Array
  /** Clients on each channel in the round before. */
  readonly #channelClients: Int32Array

  constructor(scheduler: NamedScheduler, parameters: NetworkParameters, limit?: CallLimit) {
    this.#scheduler = scheduler
    this.#limit = limit
    this.#parameters = structuredClone(parameters)
    this.#channels = parameters.channels
    this.#serverClients = new Int32Array(parameters.servers)
    this.#channelClients = new Int32Array(parameters.channels)
  }

  /** Has the scheduler decide on a network as it is known, physical or twin. */
  async decide(round: number, network: RoundNetwork, situation: Situation): Promise<Decision> {
    const parameters = this.#parameters
    const counts = {
      ...situation,
      active: situation.active.slice(),
      serverClients: this.#serverClients.slice(),
      channelClients: this.#channelClients.slice(),
    }
    const view = new View(round, parameters, counts, copyOf(network, parameters), this.#scheduler)
    // Timed from within, so that holding it to a limit does not count.
    let [start, end] = [0, 0]
    let awaited = false
    const assignment = await this.#guarded(`round ${round}`, (scheduler) => {
      start = performance.now()
      const decided = scheduler.decide(view)
      end = performance.now()
      awaited = isAwaited(decided)
      return decided
    })
    if (awaited) end = performance.now()
    return { assignment, seconds: (end - start) / 1000 }
  }

  /** Counts who was where, for the next view, and tells the scheduler what its decision came to. */
  async observe(round: number, assignment: Assignment, cost: RoundCost): Promise<void> {
    this.#count(assignment)
    const outcome = { round, assignment: assignment.slice(), cost }
    await this.#guarded(`round ${round}, observe()`, (scheduler) => scheduler.observe?.(outcome))
  }

  /** Copies of what goes on from round to round, beside what the scheduler itself keeps. */
  saveArrays(): SavedState['arrays'] {
    return { serverClients: this.#serverClients.slice(), channelClients: this.#channelClients.slice() }
  }

  restoreArrays({ serverClients, channelClients }: SavedState['arrays']): void {
    this.#serverClients.set(serverClients)
    this.#channelClients.set(channelClients)
  }

  #count(assignment: Assignment): void {
    this.#serverClients.fill(0)
    this.#channelClients.fill(0)
    for (const slot of assignment) {
      if (slot === SITS_OUT) continue
      this.#serverClients[serverOf(slot, this.#channels)]++
      this.#channelClients[channelOf(slot, this.#channels)]++
    }
  }

  async #guarded<T>(
    moment: string,
    act: (scheduler: NamedScheduler['scheduler']) => T | Promise<T>,
  ): Promise<T> {
    const { scheduler } = this.#scheduler
    try {
      return await (this.#limit ? this.#limit.call(() => act(scheduler)) : act(scheduler))
    } catch (error) {
      if (error instanceof OverLimit) throw overLimit(this.#scheduler, moment, error.seconds)
      throw pluginFailure(this.#scheduler, moment, error)
    }
  }
}

/** A copy of the network: whatever a scheduler does to its own, the physical one and the other schedulers keep theirs. */
function copyOf(network: RoundNetwork, parameters: NetworkParameters): RoundNetwork {
  const uplinkGain = network.uplinkGain.slice()
  return {
    ...parameters,
    uplinkGain,
    downlinkGain: network.downlinkGain === network.uplinkGain ? uplinkGain : network.downlinkGain.slice(),
    meanGain: network.meanGain.slice(),
  }
}
