import { type SavedState, Type, UserError } from '../../../core/plugin/index.js'

/** V of drift plus penalty: how much the cost counts against the queues. */
export const penaltyWeightOption = Type.Number({
  default: 1,
  exclusiveMinimum: 0,
  description:
    'V: how much the cost of a round counts against the queues; the larger, the nearer to the least cost, O(1/V), and the longer the queues, O(V)',
})

/** Virtual queues, one a client: what arrives above what is served of it stays in them. */
export class Queues {
  readonly length: Float64Array

  constructor(clients: number) {
    this.length = new Float64Array(clients)
  }

  /** Q ← max(Q + arrival − service, 0). */
  step(client: number, arrival: number, service: number): void {
    this.length[client] = Math.max(0, this.length[client] + arrival - service)
  }

  save(): SavedState {
    return { values: {}, arrays: { queues: this.length } }
  }

  restore({ arrays: { queues } }: SavedState): void {
    if (!(queues instanceof Float64Array) || queues.length !== this.length.length)
      throw new UserError(`expected a state of ${this.length.length} queues`)
    this.length.set(queues)
  }
}
