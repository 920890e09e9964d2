import type { RunBus } from '../../observe/events.js'
import type { RowOf } from '../../observe/table.js'
import type { RunTable, RunTableName } from '../../observe/tables.js'
import type { Checkpointable, SavedState } from '../../plugin/saved-state.js'
import { recordRun } from '../../results/recorder.js'
import type { Scenario } from '../../scenario/scenario.js'
import type { CellRows } from './cell-store.js'

/** Rows of the tables of a run that a cell looks at. */
type KeptRows = {
  readonly [N in 'rounds' | 'decisions' | 'quits' | 'learning' | 'unaggregated']: RowOf<RunTable<N>>[]
}

/** What a cell has come to so far; kept with its experiment, so that it can be gone on with. */
export class GatheredRows implements Checkpointable {
  #rows: KeptRows = { rounds: [], decisions: [], quits: [], learning: [], unaggregated: [] }
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
    const { rounds, decisions, learning } = this.#rows
    const seconds = new Map(decisions.map(({ round, decisionSeconds }) => [round, decisionSeconds]))
    return {
      rounds: rounds.map((row) => ({ ...row, decisionSeconds: seconds.get(row.round) ?? null })),
      learning: learning.filter((row) => row.scheduler === scheduler),
      reference: learning.filter((row) => row.scheduler !== scheduler),
    } satisfies CellRows
  }

  save(): SavedState {
    return { arrays: {}, values: { rows: this.#rows, seconds: this.seconds } }
  }

  restore({ values }: SavedState): void {
    const { rows, seconds } = values as { readonly rows: KeptRows; readonly seconds: number }
    this.#rows = rows
    this.#secondsBefore = seconds
  }
}
