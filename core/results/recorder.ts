import { SITS_OUT } from '../network/assignment.js'
import type { RoundRecord, RunBus } from '../observe/events.js'
import type { RunTables } from './run-tables.js'
import type { Row } from './tables.js'

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
export function recordRun(bus: RunBus, runTables: RunTables, settings: RecordSettings): void {
  const detailed = new Set(settings.detailRounds)
  const rows = new RoundRows()

  bus.on('round:start', ({ round, clientPositions, serverPositions }) => {
    if (!detailed.has(round)) return
    for (const [index, { x, y }] of clientPositions.entries())
      rows.add('positions', { round, kind: 'client', index, x, y })
    for (const [index, { x, y }] of serverPositions.entries())
      rows.add('positions', { round, kind: 'server', index, x, y })
  })
  bus.on('decision', (decision) => rows.add('decisions', decision))
  bus.on('phase', (phase) => {
    if (detailed.has(phase.round)) rows.add('phases', phase)
  })
  bus.on('scheduler:round', (record) => {
    const { round, scheduler, cost, startTime, active, served, violations } = record
    rows.add('rounds', {
      round,
      scheduler,
      cost: cost.cost,
      time: cost.time,
      energy: cost.energy,
      startTime,
      active,
      served,
      violations,
    })
    if (settings.clients || detailed.has(round)) recordClients(record, rows, settings.channels)
  })
  bus.on('budget:spent', (spent) => rows.add('quits', { ...spent }))
  bus.on('round:end', () => rows.moveTo(runTables))
}

function recordClients(
  { round, scheduler, assignment, cost }: RoundRecord,
  rows: RoundRows,
  channels: number,
) {
  for (const [client, slot] of assignment.entries()) {
    if (slot === SITS_OUT) continue
    rows.add('clients', {
      round,
      scheduler,
      client,
      server: Math.floor(slot / channels),
      channel: slot % channels,
      uplinkRate: cost.uplinkRate[client],
      downlinkRate: cost.downlinkRate[client],
      headTime: cost.headTime[client],
      uplinkTime: cost.uplinkTime[client],
      edgeTime: cost.edgeTime[client],
      downlinkTime: cost.downlinkTime[client],
      time: cost.clientTime[client],
      headEnergy: cost.headEnergy[client],
      uplinkEnergy: cost.uplinkEnergy[client],
      energy: cost.clientEnergy[client],
    })
  }
}

/** The rows of the round in hand. */
class RoundRows {
  readonly #rows: { readonly table: string; readonly row: Row }[] = []

  add(table: string, row: Row): void {
    this.#rows.push({ table, row })
  }

  /** Appends the rows in the order they came, and forgets them. */
  moveTo(tables: RunTables): void {
    for (const { table, row } of this.#rows) tables.append(table, row)
    this.#rows.length = 0
  }
}
