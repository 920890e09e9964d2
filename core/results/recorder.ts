import { SITS_OUT } from '../network/assignment.js'
import { type ClientField, clientFields, variablesOf } from '../network/decision.js'
import { ownSlots } from '../network/round-links.js'
import { idleEnergyOf, type ServerEnergy, totalServerEnergy } from '../network/server-energy.js'
import type { RoundRecord, RunBus, RunEvents } from '../observe/events.js'
import type { RowOf } from '../observe/table.js'
import { type positionsTable, type RunTable, type RunTableName, roundsTable } from '../observe/tables.js'
import type { RowSink } from './run-tables.js'

/** What of a run is kept beside the totals of each round. */
export interface RecordSettings {
  /** Whether every client's times and energies are kept. */
  readonly clients: boolean
  /** Rounds, from 1, whose positions, associations and phases are kept. */
  readonly detailRounds: readonly number[]
  /** K, to take slots apart. */
  readonly channels: number
}

/**
 * Writes what happens in a run into its tables, round by round: a round that does not come to its end leaves no row.
 */
export function recordRun(bus: RunBus, runTables: RowSink, settings: RecordSettings): void {
  const detailed = new Set(settings.detailRounds)
  const rows = new RoundRows()

  bus.on('round:start', (start) => {
    const { round } = start
    if (!detailed.has(round)) return
    const { clientPositions, serverPositions } = start
    addPositions(rows, { round, scheduler: null, kind: 'client' }, clientPositions ?? [])
    addPositions(rows, { round, scheduler: null, kind: 'server' }, serverPositions)
  })
  bus.on('positions', ({ round, scheduler, clientPositions }) => {
    if (detailed.has(round)) addPositions(rows, { round, scheduler, kind: 'client' }, clientPositions)
  })
  bus.on('decision', (decision) => rows.add('decisions', decision))
  bus.on('phase', (phase) => {
    if (detailed.has(phase.round)) rows.add('phases', phase)
  })
  bus.on('fault', (fault) => rows.add('faults', fault))
  bus.on('scheduler:round', (record) => {
    const { cost, staticCost } = record
    rows.add('rounds', {
      ...figuresOf(record),
      cost: cost.cost,
      time: cost.time,
      energy: cost.energy,
      waitingEnergy: totalOf(cost.waitingEnergy),
      serverEnergy: totalServerEnergy(cost),
      backhaulEnergy: cost.backhaulEnergy ?? 0,
      staticCost: staticCost.cost,
      staticTime: staticCost.time,
    })
    if (cost.servers) recordServers(record, cost.servers, rows)
    if (!settings.clients && !detailed.has(record.round)) return
    recordClients(record, rows, settings.channels)
    if (variablesOf(record.decision).length > 0) recordVariables(record, rows)
  })
  bus.on('aging', (aging) => rows.add('aging', aging))
  bus.on('twin', (record) => rows.add('twin', { ...record, tuned: record.tuned ? 1 : 0 }))
  bus.on('budget:spent', (spent) => rows.add('quits', spent))
  bus.on('learning', (record) => rows.add('learning', record))
  bus.on('unaggregated', (record) => rows.add('unaggregated', record))
  bus.on('update', (record) => rows.add('updates', record))
  bus.on('backhaul', (record) => rows.add('backhaul', record))
  bus.on('queues', ({ lengths, ...of }) => {
    if (!settings.clients && !detailed.has(of.round)) return
    for (const [client, length] of lengths.entries()) rows.add('queues', { ...of, client, length })
  })
  bus.on('privacy', (spent) => rows.add('privacy', spent))
  bus.on('partition', ({ samples, classNames, job, clients }) => {
    for (const [own, counts] of samples.entries())
      for (const [label, count] of counts.entries())
        rows.add('partition', {
          ...ofJob(job),
          client: clients?.[own] ?? own,
          class: label,
          className: classNames[label],
          samples: count,
        })
  })
  bus.on('confusion', ({ scheduler, job, classNames, samples }) => {
    for (const [i, count] of samples.entries()) {
      const label = Math.floor(i / classNames.length)
      const predicted = i % classNames.length
      runTables.append('confusion', {
        scheduler,
        ...ofJob(job),
        class: label,
        className: classNames[label],
        predicted,
        samples: count,
      })
    }
  })
  bus.on('round:end', () => rows.moveTo(runTables))
  bus.on('walked', ({ times, positions }) => {
    for (const [i, time] of times.entries())
      for (const [client, { x, y }] of positions[i].entries())
        runTables.append('walks', { time, client, x, y })
  })
}

/** Whose a row is, where there are jobs. */
const ofJob = (job: string | null | undefined): { readonly job?: string } =>
  typeof job === 'string' ? { job } : {}

type Positions = Parameters<RunEvents['positions']>[0]['clientPositions']

type Whose = Omit<RowOf<typeof positionsTable>, 'index' | 'x' | 'y'>

function addPositions(rows: RoundRows, of: Whose, positions: Positions): void {
  for (const [index, { x, y }] of positions.entries()) rows.add('positions', { ...of, index, x, y })
}

function recordClients(
  { round, scheduler, job, assignment, cost }: RoundRecord,
  rows: RoundRows,
  channels: number,
) {
  for (const [client, slot] of assignment.entries()) {
    if (slot === SITS_OUT) continue
    rows.add('clients', {
      round,
      scheduler,
      ...ofJob(job),
      client,
      server: Math.floor(slot / channels),
      channel: slot % channels,
      completed: Number.isFinite(cost.clientTime[client]) ? 1 : 0,
      uplinkRate: orNull(cost.uplinkRate[client]),
      downlinkRate: orNull(cost.downlinkRate[client]),
      headTime: orNull(cost.headTime[client]),
      uplinkTime: orNull(cost.uplinkTime[client]),
      edgeTime: orNull(cost.edgeTime[client]),
      downlinkTime: orNull(cost.downlinkTime[client]),
      time: orNull(cost.clientTime[client]),
      headEnergy: cost.headEnergy[client],
      uplinkEnergy: cost.uplinkEnergy[client],
      energy: cost.clientEnergy[client],
      waitingEnergy: cost.waitingEnergy?.[client] ?? 0,
    })
  }
}

/** What each edge server spent. */
function recordServers({ round, scheduler, cost }: RoundRecord, spent: ServerEnergy, rows: RoundRows): void {
  for (const [server, computingEnergy] of spent.computing.entries()) {
    const downlinkEnergy = spent.downlink[server]
    const idleEnergy = idleEnergyOf(spent, server, cost.time)
    const energy = computingEnergy + downlinkEnergy + idleEnergy
    rows.add('servers', { round, scheduler, server, computingEnergy, downlinkEnergy, idleEnergy, energy })
  }
}

/** Columns of `rounds` that stand in a record itself: what goes by clients is not read where only these are asked for. */
function figuresOf(
  record: RoundRecord,
): Omit<RoundRecord, 'assignment' | 'decision' | 'cost' | 'staticCost'> {
  const figures: Record<string, unknown> = {}
  for (const { name } of roundsTable.columns) figures[name] = record[name as keyof RoundRecord]
  return figures as ReturnType<typeof figuresOf>
}

/** Whatever may be decided of a client has a column of its name. */
const columns: readonly (keyof RowOf<RunTable<'variables'>> & ClientField)[] = clientFields

/** What was decided of each client beside its slot. */
function recordVariables({ round, scheduler, decision }: RoundRecord, rows: RoundRows): void {
  for (const [client, slot] of decision.assignment.entries()) {
    if (slot === SITS_OUT) continue
    const decided = columns.map((field) => [field, decision[field]?.[client] ?? null] as const)
    const values = Object.fromEntries(decided) as Record<ClientField, number | null>
    const own = ownSlots(decision, client)
    // Of all its slots together, where each has a power of its own.
    const granted = decision.grants?.powerW && own.reduce((sum, { powerW = 0 }) => sum + powerW, 0)
    rows.add('variables', {
      round,
      scheduler,
      client,
      ...values,
      powerW: granted ?? values.powerW,
      slots: own.length,
    })
  }
}

/** Over the clients that took part. */
const totalOf = (energy: Float64Array | undefined): number =>
  energy?.reduce((sum, each) => (Number.isNaN(each) ? sum : sum + each), 0) ?? 0

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** The rows of the round in hand. */
class RoundRows {
  readonly #rows: ((tables: RowSink) => void)[] = []

  add<N extends RunTableName>(table: N, row: RowOf<RunTable<N>>): void {
    this.#rows.push((tables) => tables.append(table, row))
  }

  /** Appends the rows in the order they came, and forgets them. */
  moveTo(tables: RowSink): void {
    for (const appendTo of this.#rows) appendTo(tables)
    this.#rows.length = 0
  }
}
