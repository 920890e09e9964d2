import { asked, type NamedObjective, type Weighing, weighingOf } from '../environment/objectives.js'
import type { RoundSnapshot } from '../environment/round-snapshot.js'
import { UserError } from '../errors.js'
import type { Decision } from '../network/decision.js'
import type { RoundCost } from '../network/round-cost.js'
import type { NetworkParameters } from '../network/round-network.js'
import { type ObjectiveOutcome, violationOfQueues } from '../plugin/objective-contract.js'
import { checkpointable, violationOfState } from '../plugin/saved-state.js'
import { type StatePart, type StateParts, wholeOf } from '../plugin/state-part.js'

/** What the rounds of one scheduler's world cost beside the scenario's own weights and prices: its `objective.terms`. */
export class RunObjective {
  readonly #objectives: readonly NamedObjective[]
  readonly #own: NetworkParameters
  #weighing: Weighing | undefined

  /** `own`: the network without them. */
  constructor(objectives: readonly NamedObjective[], own: NetworkParameters) {
    this.#objectives = objectives
    this.#own = own
  }

  /** Asks what weighs how much in the coming round. */
  open(): void {
    this.#weighing = this.#objectives.length > 0 ? weighingOf(this.#objectives, this.#own) : undefined
  }

  /** What this round is weighed by, for a scheduler to keep; undefined where that is always the same. */
  get weighing(): Weighing | undefined {
    return this.#weighing && structuredClone(this.#weighing)
  }

  /** A network, weighed as this round is. */
  weighed<N extends NetworkParameters>(network: N): N {
    return this.#weighing ? { ...network, ...this.#weighing } : network
  }

  /** A round's network, and what becomes of it, weighed as this round is. */
  snapshot(snapshot: RoundSnapshot): RoundSnapshot {
    if (!this.#weighing) return snapshot
    const { followed } = snapshot
    return {
      ...snapshot,
      network: this.weighed(snapshot.network),
      networkAfter: (seconds, coherence) => this.weighed(snapshot.networkAfter(seconds, coherence)),
      networkBefore: (seconds, coherence) => this.weighed(snapshot.networkBefore(seconds, coherence)),
      ...(followed && {
        followed: {
          stepSeconds: followed.stepSeconds,
          networkAt: (seconds) => this.weighed(followed.networkAt(seconds)),
          placeAt: (client, seconds) => followed.placeAt(client, seconds),
        },
      }),
    }
  }

  /** A round's cost, with what objectives charge beyond their terms. */
  charged(round: number, active: Uint8Array, decision: Decision, cost: RoundCost): RoundCost {
    let beyond = 0
    for (const named of this.#objectives) {
      const { name, objective } = named
      if (!objective.cost) continue
      const found: unknown = asked(named, `round ${round}, cost()`, () =>
        objective.cost?.(outcomeOf(round, active, decision, cost)),
      )
      if (typeof found !== 'number' || Number.isNaN(found))
        throw new UserError(
          `objective "${name}", round ${round}: cost() returned ${String(found)}; expected a number`,
        )
      beyond += found
    }
    return beyond === 0 ? cost : { ...cost, cost: cost.cost + beyond }
  }

  settle(round: number, active: Uint8Array, decision: Decision, cost: RoundCost): void {
    for (const named of this.#objectives)
      asked(named, `round ${round}, settle()`, () =>
        named.objective.settle?.(outcomeOf(round, active, decision, cost)),
      )
  }

  /** How long virtual queues are, by objective that has some; `term` is its place. */
  queues(): readonly { readonly term: number; readonly objective: string; readonly lengths: Float64Array }[] {
    return this.#objectives.flatMap((named, term) => {
      const { name, objective } = named
      if (!objective.queues) return []
      const lengths: unknown = asked(named, 'queues()', () => objective.queues?.())
      const violation = violationOfQueues(lengths, this.#own.clients)
      if (violation !== undefined) throw new UserError(`objective "${name}": ${violation}`)
      return [{ term, objective: name, lengths: (lengths as Float64Array).slice() }]
    })
  }

  /** What objectives keep from round to round; undefined where they keep nothing. */
  get state(): StatePart | undefined {
    const parts: StateParts = Object.fromEntries(
      this.#objectives.flatMap(({ name, objective }, i) => {
        const part = checkpointable(objective)
        return part ? [[`${i} ${name}`, { ...part, violation: violationOfState }]] : []
      }),
    )
    return Object.keys(parts).length > 0 ? wholeOf(() => parts) : undefined
  }
}

/** A copy: whatever an objective does to it, the round stays as it was. */
function outcomeOf(round: number, active: Uint8Array, decision: Decision, cost: RoundCost): ObjectiveOutcome {
  const completed = Uint8Array.from(cost.clientTime, (time) => (Number.isFinite(time) ? 1 : 0))
  return structuredClone({ round, active, decision, cost, completed })
}
