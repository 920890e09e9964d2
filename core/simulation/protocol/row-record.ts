import type { Assignment } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import { evaluateRound, type RoundCost } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { RoundRecord } from '../../observe/events.js'
import type { Row } from './row.js'

type Told = Pick<RoundRecord, 'round' | 'scheduler' | 'active'> & {
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
  readonly decisionTime = 0
  readonly violations = 0
  readonly bound = null
  readonly cost: RoundCost
  readonly #row: Row
  readonly #network: RoundNetwork
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
    const row = this.#row
    return {
      get assignment() {
        return row.assignment
      },
    }
  }

  get staticCost(): RoundCost {
    this.#staticCost ??= evaluateRound(this.#network, this.#row.assignment)
    return this.#staticCost
  }
}
