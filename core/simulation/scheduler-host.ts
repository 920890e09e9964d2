import type { Weighing } from '../environment/objectives.js'
import { UserError } from '../errors.js'
import { channelOf, SITS_OUT, serverOf } from '../network/assignment.js'
import type { Decision } from '../network/decision.js'
import type { RoundCost } from '../network/round-cost.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'
import { checkpointable, violationOfState } from '../plugin/saved-state.js'
import { int32, noValues, type StatePart, statePart } from '../plugin/state-part.js'
import type { TrainingEnvironment } from '../plugin/training-contracts.js'
import { allocated } from './allocation.js'
import { type CallLimit, isAwaited, OverLimit } from './call-limit.js'
import {
  type CheckedDecision,
  checkedDecision,
  type DecisionRules,
  ofThoseWhoAsked,
  refuseUnfinished,
  returnedDecision,
} from './check-decision.js'
import { KeptEvaluator } from './kept-evaluator.js'
import { copyOf, otherwise } from './network-copies.js'
import { overLimit, pluginFailure } from './scheduler-failure.js'
import type { NamedScheduler } from './scheduler-run-settings.js'
import { type Counts, View } from './view.js'

/** What a run knows when its scheduler decides. */
export type Situation = Pick<Counts, 'active' | 'held' | 'job' | 'energyRatio' | 'latencyRatio'>

/** What was decided, and how long it took by the wall clock, s. */
export interface TimedDecision {
  /** As yet unchecked. */
  readonly decision: Decision
  readonly seconds: number
  /** Of these, what was not the way to another process and back, s; null where there is none. */
  readonly computingSeconds: number | null
}

/** What was decided, or that which can work it out when it is asked. */
interface Decided {
  readonly decision: Decision
}

/** What a scheduler is told of a round beside its cost: losses and staleness by client, and whose round it was. */
interface Told {
  readonly losses?: ReadonlyMap<number, number> | undefined
  readonly staleness?: ReadonlyMap<number, number> | undefined
  readonly job?: string | undefined
}

/**
 * A scheduler at work: the one place from which its own code is called while an experiment runs.
 *
 * It gets copies of everything, is held to a time limit where there is one, and what it answers is checked. What an outside
 * scheduler throws, or gets wrong, ends in a `UserError` that names it and the round.
 */
export class SchedulerHost {
  readonly #named: NamedScheduler
  /** The scheduler's own copy: nothing is read from it again. */
  readonly #parameters: NetworkParameters
  readonly #physical: NetworkParameters
  /** Undefined where it may take as long as it likes. */
  readonly #limit: CallLimit | undefined
  /** What the round before came to, until somebody asks who was where. */
  #latest: Decided | undefined
  /** Clients at each server in the round before. */
  readonly #serverClients: Int32Array
  /** The scheduler's copy of the network that it was asked on last, and the evaluator of that, for when it is asked on it again. */
  #copied: { readonly of: RoundNetwork; readonly copy: RoundNetwork } | undefined
  readonly #evaluator = new KeptEvaluator()
  /** Clients on each channel in the round before. */
  readonly #channelClients: Int32Array

  constructor(named: NamedScheduler, parameters: NetworkParameters, limit?: CallLimit) {
    const { servers, channels } = parameters
    this.#named = named
    this.#limit = limit
    this.#parameters = structuredClone(parameters)
    // Nobody else's to write to.
    this.#physical = parameters
    this.#serverClients = new Int32Array(servers)
    this.#channelClients = new Int32Array(channels)
  }

  /**
   * Has the scheduler decide on a network as it is known, physical or twin; the answer is as yet unchecked. `weighing`: what
   * this round is weighed by, where that is not always the same.
   */
  async decide(
    round: number,
    network: RoundNetwork,
    situation: Situation,
    weighing?: Weighing,
  ): Promise<TimedDecision> {
    const told = otherwise(network, this.#physical)
    const parameters = weighing || told ? { ...this.#parameters, ...weighing, ...told } : this.#parameters
    this.#count()
    const counts = {
      ...situation,
      active: situation.active.slice(),
      ...(situation.held && { held: situation.held.slice() }),
      serverClients: this.#serverClients.slice(),
      channelClients: this.#channelClients.slice(),
    }
    const view = new View(
      round,
      parameters,
      counts,
      situation.held ? this.#sameCopyOf(network, parameters) : copyOf(network, parameters),
      this.#named,
      this.#evaluator,
    )
    // Timed from within, so that holding it to a limit does not count.
    let [start, end] = [0, 0]
    let awaited = false
    const decided: unknown = await this.#limited(`round ${round}`, () => {
      start = performance.now()
      const decided = this.#named.scheduler.decide(view)
      end = performance.now()
      awaited = isAwaited(decided)
      return decided
    })
    if (awaited) end = performance.now()
    // Even reading it may throw: arrays whose memory it gave away.
    const returned = this.#guarded(`round ${round}`, () => returnedDecision(decided, this.#at(round)))
    const { allocators, opened } = this.#named
    const computingSeconds = this.#named.scheduler.computingSeconds?.() ?? null
    if (allocators.length === 0)
      return { decision: returned, seconds: (end - start) / 1000, computingSeconds }
    refuseUnfinished(returned, this.#at(round), this.#physical, situation.active)
    const begun = performance.now()
    const context = { round, network: copyOf(network, parameters), deadlineSeconds: returned.deadlineSeconds }
    const decision = await this.#limited(
      `round ${round}, allocate`,
      () => allocated(context, returned, allocators, { opened, whose: this.#at(round) }),
      // Allocators answer for themselves.
      { ...this.#named, outside: false },
    )
    const allocating = performance.now() - begun
    return {
      decision,
      seconds: (end - start + allocating) / 1000,
      computingSeconds: computingSeconds === null ? null : computingSeconds + allocating / 1000,
    }
  }

  /** The decision, if it keeps the scenario's rules; a `UserError` where it breaks one. */
  checked(
    round: number,
    decision: Decision,
    active: Uint8Array,
    rules: DecisionRules,
    held?: Int32Array,
  ): CheckedDecision {
    const own = held ? ofThoseWhoAsked(decision, held, this.#at(round), this.#physical.channels) : decision
    return checkedDecision(own, this.#at(round), this.#named, this.#physical, active, rules)
  }

  /** What no assignment of the round costs less than, where the scheduler has proved that. */
  bound(round: number): number | null {
    return this.#guarded(`round ${round}, bound()`, () => this.#named.scheduler.bound?.() ?? null)
  }

  /**
   * Notes who was where, for the next view, and tells the scheduler what its decision came to; nothing to wait for where it does
   * not want to know.
   */
  observe(round: number, decided: Decided, cost: RoundCost, more: Told = {}): Promise<void> | undefined {
    this.#latest = decided
    return this.#named.scheduler.observe && this.#tell(round, decided.decision, cost, more)
  }

  async #tell(
    round: number,
    decision: Decision,
    cost: RoundCost,
    { losses, staleness, job }: Told,
  ): Promise<void> {
    const copy = structuredClone(decision)
    const { assignment } = copy
    const completed = Uint8Array.from(cost.clientTime, (time) => (Number.isFinite(time) ? 1 : 0))
    const stale = Float64Array.from(assignment, (_, client) =>
      staleness ? (staleness.get(client) ?? Number.NaN) : completed[client] ? 0 : Number.NaN,
    )
    const learned = losses && Float64Array.from(assignment, (_, client) => losses.get(client) ?? Number.NaN)
    const outcome = {
      round,
      assignment,
      decision: copy,
      cost,
      completed,
      staleness: stale,
      ...(learned && { losses: learned }),
      ...(job !== undefined && { job }),
    }
    await this.#limited(`round ${round}, observe()`, () => this.#named.scheduler.observe?.(outcome))
  }

  /** Trains its policy on in the twin for some steps (Section V-B); false where it has nothing to train. */
  async fineTune(
    round: number,
    openEnvironment: (label: string, round: number) => Promise<TrainingEnvironment>,
    steps: number,
  ): Promise<boolean> {
    const { label, scheduler } = this.#named
    if (steps === 0 || !scheduler.train || !scheduler.save || !scheduler.restore) return false
    const environment = await openEnvironment(label, round)
    try {
      const trainer = await scheduler.train(environment, scheduler.save())
      try {
        for (let step = 0; step < steps; step++) if ((await trainer.advance()).done >= 1) break
        await scheduler.restore(await trainer.policy())
      } finally {
        trainer.dispose()
      }
    } catch (error) {
      throw pluginFailure(this.#named, `round ${round}, train()`, error)
    }
    return true
  }

  /** What the scheduler itself keeps from round to round; undefined where it keeps nothing. */
  state(round: () => number): StatePart | undefined {
    const part = checkpointable(this.#named.scheduler)
    if (!part) return undefined
    return {
      save: () => {
        const state = this.#guarded(`round ${round()}, save()`, () => part.save())
        const violation = violationOfState(state)
        if (violation === undefined) return state
        throw new UserError(`${this.#at(round())}: save() returned what cannot be kept: ${violation}`)
      },
      // What it keeps is its own: whether that fits is for its restore() to say.
      violation: violationOfState,
      restore: (state) => this.#guarded('restore()', () => part.restore(state)),
    }
  }

  /** Who was where in the round before, which goes into the next view. */
  get counts(): StatePart {
    return statePart({
      values: noValues,
      arrays: {
        serverClients: int32(this.#serverClients.length),
        channelClients: int32(this.#channelClients.length),
      },
      save: () => {
        this.#count()
        const [serverClients, channelClients] = [this.#serverClients.slice(), this.#channelClients.slice()]
        return { values: {}, arrays: { serverClients, channelClients } }
      },
      restore: ({ arrays }) => {
        this.#serverClients.set(arrays.serverClients)
        this.#channelClients.set(arrays.channelClients)
      },
    })
  }

  /** A copy of the network: one for all that ask on it, whose gains do not change meanwhile. */
  #sameCopyOf(network: RoundNetwork, parameters: NetworkParameters): RoundNetwork {
    if (this.#copied?.of !== network || parameters !== this.#parameters)
      this.#copied = { of: network, copy: copyOf(network, parameters) }
    return this.#copied.copy
  }

  /** Counts who was where in the round before. */
  #count(): void {
    const assignment = this.#latest?.decision.assignment
    if (!assignment) return
    this.#latest = undefined
    this.#serverClients.fill(0)
    this.#channelClients.fill(0)
    for (const slot of assignment) {
      if (slot === SITS_OUT) continue
      this.#serverClients[serverOf(slot, this.#physical.channels)]++
      this.#channelClients[channelOf(slot, this.#physical.channels)]++
    }
  }

  #at(round: number): string {
    return `scheduler "${this.#named.label}" (plugin ${this.#named.plugin}), round ${round}`
  }

  async #limited<T>(moment: string, act: () => T | Promise<T>, whose = this.#named): Promise<T> {
    try {
      return await (this.#limit ? this.#limit.call(act) : act())
    } catch (error) {
      if (error instanceof OverLimit) throw overLimit(whose, moment, error.seconds)
      throw pluginFailure(whose, moment, error)
    }
  }

  #guarded<T>(moment: string, act: () => T): T {
    try {
      return act()
    } catch (error) {
      throw pluginFailure(this.#named, moment, error)
    }
  }
}
