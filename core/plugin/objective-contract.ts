import type { Decision } from '../network/decision.js'
import type { RoundCost } from '../network/round-cost.js'
import type { SavedState } from './saved-state.js'

/** What weighs how much in the cost of a round, beside the scenario's own weights and prices; what is absent weighs nothing. */
export interface ObjectiveTerms {
  /** Of a second of the round. */
  readonly latency?: number
  /** Of a joule, whoever spends it. */
  readonly energy?: number
  /** Of a joule of each client, beside, length N. */
  readonly clientEnergy?: Float64Array
  /** Of each client that is not served, or breaks off, length N. */
  readonly unserved?: Float64Array
  /** Of each sample of a client that the round is not trained on, length N. */
  readonly sample?: Float64Array
}

/** What a round came to. */
export interface ObjectiveOutcome {
  readonly round: number
  /** 1 for each client that could be served when the round began, length N. */
  readonly active: Uint8Array
  /** Slots, and all that was decided beside. */
  readonly decision: Decision
  /** `cost` is what all terms make of it. */
  readonly cost: RoundCost
  /** 1 for each client that came to the end of the round, length N. */
  readonly completed: Uint8Array
}

/** What rounds cost, in the world of one scheduler. */
export interface Objective {
  /** What weighs how much in the coming round: schedulers, allocators and the equations go by it. */
  terms(): ObjectiveTerms
  /** What a round costs beyond its terms; it is charged, and no search sees it. Absent where terms are all. */
  cost?(outcome: ObjectiveOutcome): number
  /** Learns what a round came to, before it is asked for the terms of the next. */
  settle?(outcome: ObjectiveOutcome): void
  /** How long its virtual queues are, one a client, length N, for tables to hold; absent where it has none. */
  queues?(): Float64Array
  /** What it keeps from round to round; a run that is resumed hands it back to `restore`. */
  save?(): SavedState
  restore?(state: SavedState): void
}

/** What keeps an objective's terms from being weighed; undefined where nothing does. */
export function violationOfTerms(terms: unknown, clients: number): string | undefined {
  if (typeof terms !== 'object' || terms === null)
    return `terms() returned ${String(terms)}; expected an object`
  const given = terms as ObjectiveTerms
  for (const key of ['latency', 'energy'] as const)
    if (given[key] !== undefined && !isPrice(given[key]))
      return `terms().${key} is ${given[key]}; expected a finite number of at least 0`
  for (const key of ['clientEnergy', 'unserved', 'sample'] as const) {
    const values: unknown = given[key]
    if (values === undefined) continue
    if (!(values instanceof Float64Array) || values.length !== clients)
      return `terms().${key} is no Float64Array of length ${clients}`
    const client = values.findIndex((value) => !isPrice(value))
    if (client >= 0)
      return `terms().${key} of client ${client} is ${values[client]}; expected a finite number of at least 0`
  }
  return undefined
}

/** What keeps an objective's queues from being told; undefined where nothing does. */
export function violationOfQueues(queues: unknown, clients: number): string | undefined {
  if (!(queues instanceof Float64Array) || queues.length !== clients)
    return `queues() returned no Float64Array of length ${clients}`
  const client = queues.findIndex((length) => !isPrice(length))
  return client < 0
    ? undefined
    : `queues() of client ${client} is ${queues[client]}; expected a finite number of at least 0`
}

const isPrice = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY
