import type { Assignment } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import { evaluateRound, type RoundCost } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { RoundRecord } from '../../observe/events.js'
import { withDelay } from '../decision-delay.js'
import { withTraffic } from '../synchronisation.js'
import type { Row } from './row.js'

/** What a record takes beside the row. */
type Told = Pick<RoundRecord, 'round' | 'scheduler' | 'active' | 'decisionTime'> & {
  /** Simulated time by which decisions held it up, s. */
  readonly heldUp: number
  /** Whose it is, and which of its aggregations, where there are jobs. */
  readonly job?: { readonly label: string; readonly round: number } | undefined
}

/** A row as observers are told of it; what goes by clients is worked out when it is read. */
export class RowRecord implements RoundRecord {
  readonly round: number
  readonly scheduler: string
  readonly job?: string
  readonly jobRound?: number
  readonly active: number
  readonly served: number
  readonly completed: number
  readonly startTime: number
  readonly decisionTime: number
  readonly violations = 0
  readonly bound = null
  readonly cost: RoundCost
  readonly #row: Row
  readonly #network: RoundNetwork
  readonly #heldUp: number
  #staticCost: RoundCost | undefined

  /** Of a row, and the network at the latest decision before its end. */
  constructor(row: Row, network: RoundNetwork, told: Told) {
    this.round = told.round
    this.scheduler = told.scheduler
    if (told.job !== undefined) {
      this.job = told.job.label
      this.jobRound = told.job.round
    }
    this.active = told.active
    this.decisionTime = told.decisionTime
    this.#heldUp = told.heldUp
    this.served = row.spent.length
    this.completed = row.clientsArrived
    this.startTime = row.startTime
    this.cost = row.cost
    this.#row = row
    this.#network = network
  }

  get assignment(): Assignment {
    return this.#row.assignment
  }

  get decision(): Decision {
    return this.#row.decision
  }

  get staticCost(): RoundCost {
    this.#staticCost ??= this.#byEquations()
    return this.#staticCost
  }

  #byEquations(): RoundCost {
    const { decision, reports } = this.#row
    const { weights } = this.#network
    const found = withDelay(evaluateRound(this.#network, decision), this.#heldUp, weights)
    return reports ? withTraffic(found, { joules: reports }, weights) : found
  }
}
