/** The columns of a run's tables: name, Parquet type, unit and meaning. Every reader and writer goes by these. */

export type ColumnType = 'INT32' | 'DOUBLE' | 'STRING'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** SI unit, or empty. */
  readonly unit: string
  readonly description: string
  /** Whether a row may lack it; a missing number is null. */
  readonly nullable?: true
}

export interface Table {
  readonly name: string
  readonly description: string
  readonly columns: readonly Column[]
}

const round: Column = { name: 'round', type: 'INT32', unit: '', description: 'round, from 1' }
const scheduler: Column = {
  name: 'scheduler',
  type: 'STRING',
  unit: '',
  description: "the scheduler's label",
}
const client: Column = { name: 'client', type: 'INT32', unit: '', description: 'client, from 0' }
const double = (name: string, unit: string, description: string): Column => ({
  name,
  type: 'DOUBLE',
  unit,
  description,
})
const integer = (name: string, description: string): Column => ({
  name,
  type: 'INT32',
  unit: '',
  description,
})
const missing = (column: Column): Column => ({ ...column, nullable: true })

/** One row a round and scheduler. Rows are ordered by round, then label. */
export const roundsTable: Table = {
  name: 'rounds',
  description: 'what each round cost under each scheduler',
  columns: [
    round,
    scheduler,
    double('cost', '', 'λ·time + μ·energy, eq. (19a)'),
    double('time', 's', 'T_r, eq. (17)'),
    double('energy', 'J', 'sum of the clients’ energy, eq. (18)'),
    double('startTime', 's', 'simulated time at which the round started'),
    integer('active', 'clients that had not quit when the round started'),
    integer('served', 'clients that were given a slot'),
    integer('violations', 'clients that shared a slot (C5); 0 unless the scenario allows it'),
  ],
}

/** One row a round, scheduler and client that took part. */
export const clientsTable: Table = {
  name: 'clients',
  description: 'what each round cost each client that took part',
  columns: [
    round,
    scheduler,
    client,
    integer('server', 'server, from 0'),
    integer('channel', 'channel, from 0'),
    double('uplinkRate', 'bit/s', 'eq. (9)'),
    double('downlinkRate', 'bit/s', 'eq. (14)'),
    double('headTime', 's', 'eq. (5)'),
    double('uplinkTime', 's', 'eq. (12)'),
    double('edgeTime', 's', 'eq. (7)'),
    double('downlinkTime', 's', 'eq. (16)'),
    double('time', 's', 'sum of the four, the term of eq. (17)'),
    double('headEnergy', 'J', 'eq. (6)'),
    double('uplinkEnergy', 'J', 'eq. (13)'),
    double('energy', 'J', 'eq. (18)'),
  ],
}

/** One row a client that spent its energy budget, or a run that spent its latency budget (client null). */
export const quitsTable: Table = {
  name: 'quits',
  description: 'clients whose energy budget was spent (C2), and runs whose latency budget was (C1)',
  columns: [
    round,
    scheduler,
    missing(client),
    double('time', 's', 'simulated time'),
    double('spent', 'J or s', 'what had been spent by then'),
    double('budget', 'J or s', 'what there was to spend'),
  ],
}

/** Intervals of the detailed rounds: one row a phase of a client or of the aggregation. */
export const phasesTable: Table = {
  name: 'phases',
  description: 'what happened when in the rounds recorded in detail',
  columns: [
    round,
    scheduler,
    missing(client),
    {
      name: 'phase',
      type: 'STRING',
      unit: '',
      description: 'head-forward, uplink, edge, downlink, head-backward',
    },
    double('start', 's', 'simulated time'),
    double('end', 's', 'simulated time'),
  ],
}

/** Where everyone stood in the detailed rounds; the same for every scheduler. */
export const positionsTable: Table = {
  name: 'positions',
  description: 'where clients and servers stood in the rounds recorded in detail',
  columns: [
    round,
    { name: 'kind', type: 'STRING', unit: '', description: 'client or server' },
    integer('index', 'client or server, from 0'),
    double('x', 'm', 'from the lower left corner'),
    double('y', 'm', 'from the lower left corner'),
  ],
}

/** Wall-clock times: the only table that differs between two runs of the same scenario and seed. */
export const decisionsTable: Table = {
  name: 'decisions',
  description: 'how long each decision took, wall clock',
  columns: [round, scheduler, double('decisionSeconds', 's', 'wall-clock time of decide()')],
}

export const tables = [
  roundsTable,
  clientsTable,
  quitsTable,
  phasesTable,
  positionsTable,
  decisionsTable,
] as const

/** One row, by column name. */
export type Row = Readonly<Record<string, number | string | null>>
