import Type, { type TSchema } from 'typebox'
import type { RunBus } from '../../observe/events.js'
import type { Column, RowOf } from '../../observe/table.js'
import { type RunTable, type RunTableName, tables } from '../../observe/tables.js'
import { noArrays, statePart } from '../../plugin/state-part.js'
import { recordRun } from '../../results/recorder.js'
import type { Scenario } from '../../scenario/scenario.js'
import type { CellRows } from './cell-store.js'

/** Tables of a run that a cell looks at. */
const kept = ['rounds', 'decisions', 'quits', 'learning', 'unaggregated', 'twin'] as const

/** Their rows. */
type KeptRows = { readonly [N in (typeof kept)[number]]: RowOf<RunTable<N>>[] }

const valueSchema = ({ type, nullable }: Column): TSchema => {
  const value = type === 'STRING' ? Type.String() : Type.Number()
  return nullable ? Type.Union([Type.Null(), value]) : value
}

const rowsSchema = Type.Unsafe<KeptRows>(
  Type.Object(
    Object.fromEntries(
      tables
        .filter(({ name }) => kept.some((each) => each === name))
        .map(({ name, columns }) => {
          const row = columns.map((column: Column) => [column.name, valueSchema(column)])
          return [name, Type.Array(Type.Object(Object.fromEntries(row)))]
        }),
    ),
  ),
)

/** What a cell has come to so far; kept with its experiment, so that it can be gone on with. */
export class GatheredRows {
  #rows: KeptRows = { rounds: [], decisions: [], quits: [], learning: [], unaggregated: [], twin: [] }
  #secondsBefore = 0
  readonly #start = performance.now()

  /** Gathers what a run tells from now on. */
  constructor(bus: RunBus, { record, network }: Scenario) {
    const append = <N extends RunTableName>(table: N, row: RowOf<RunTable<N>>) => {
      const rows: Partial<Record<RunTableName, unknown[]>> = this.#rows
      rows[table]?.push(row)
    }
    recordRun(bus, { append }, { ...record, channels: network.channels.count })
  }

  get lost(): KeptRows['unaggregated'] {
    return this.#rows.unaggregated
  }

  /** Clients that spent their energy budget. */
  get quit(): number {
    return this.#rows.quits.filter(({ client }) => client !== null).length
  }

  /** Wall-clock time it took, s, in whichever processes. */
  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#start) / 1000
  }

  /** The rows of its tables. */
  tablesOf(scheduler: string) {
    const { rounds, decisions, learning, twin } = this.#rows
    const seconds = new Map(decisions.map(({ round, decisionSeconds }) => [round, decisionSeconds]))
    return {
      rounds: rounds.map((row) => ({ ...row, decisionSeconds: seconds.get(row.round) ?? null })),
      learning: learning.filter((row) => row.scheduler === scheduler),
      reference: learning.filter((row) => row.scheduler !== scheduler),
      twin,
    } satisfies CellRows
  }

  readonly state = statePart({
    values: Type.Object({ rows: rowsSchema, seconds: Type.Number() }),
    arrays: noArrays,
    save: () => ({ values: { rows: this.#rows, seconds: this.seconds }, arrays: {} }),
    restore: ({ values: { rows, seconds } }) => {
      this.#rows = rows
      this.#secondsBefore = seconds
    },
  })
}
