/** What figures are made from of one scheduler's rows in a table of rounds; all arrays have one entry a round. */
export interface RoundColumns {
  /** Rounds from 1, ascending. */
  readonly round: Float64Array
  readonly cost: Float64Array
  /** s */
  readonly time: Float64Array
  /** J */
  readonly energy: Float64Array
  /** What eqs. (5)-(19) say of the same assignments; as `cost` under static dynamics. */
  readonly staticCost: Float64Array
  /** s */
  readonly staticTime: Float64Array
  /** Simulated time that the decision took, part of `time`, s. */
  readonly decisionTime: Float64Array
  /** Simulated time at which the round started, s. */
  readonly startTime: Float64Array
  /** Clients that had not quit when the round started. */
  readonly active: Float64Array
  readonly served: Float64Array
  /** Clients of those that came to the end of the round. */
  readonly completed: Float64Array
  /** Clients that shared a slot (C5). */
  readonly violations: Float64Array
}

/** Those columns, given how to read one. */
export const readRoundColumns = (column: (name: keyof RoundColumns) => Float64Array): RoundColumns => ({
  round: column('round'),
  cost: column('cost'),
  time: column('time'),
  energy: column('energy'),
  staticCost: column('staticCost'),
  staticTime: column('staticTime'),
  decisionTime: column('decisionTime'),
  startTime: column('startTime'),
  active: column('active'),
  served: column('served'),
  completed: column('completed'),
  violations: column('violations'),
})
