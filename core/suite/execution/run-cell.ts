import { UserError } from '../../errors.js'
import type { RowOf } from '../../observe/table.js'
import type { RunTable, RunTableName } from '../../observe/tables.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import { provenance } from '../../results/provenance.js'
import { recordRun } from '../../results/recorder.js'
import type { RowSink } from '../../results/run-tables.js'
import { parseScenario } from '../../scenario/load.js'
import { compile } from '../../simulation/experiment.js'
import { CellStore } from './cell-store.js'
import type { cellRoundsTable } from './cell-tables.js'
import { type Cell, isUnchanged } from './cells.js'
import { lostUpdatesOf } from './lost-updates.js'
import { tellWaiting } from './stuck-cells.js'

/** A cell to be run, and where. */
export interface CellTask {
  readonly kind: 'cell'

  readonly cell: Cell
  /** Where finished cells are kept. */
  readonly directory: string
  /** Cells that run at once. */
  readonly workers: number
  /** Rounds that each worker has played of its cell; Int32 in shared memory, so that the main thread can look. */
  readonly progress: SharedArrayBuffer
  /** As `StuckCells` shares it. */
  readonly waiting: SharedArrayBuffer
  /** The place in `progress` and `waiting`. */
  readonly place: number
}

/** Runs a cell to its end and keeps what it came to; throws what the run throws, and then keeps nothing. */
export async function runCell(task: CellTask, plugins: PluginRegistry): Promise<void> {
  const { cell, directory, workers } = task
  const played = new Int32Array(task.progress)
  const loaded = await parseScenario(cell.scenario, { registry: plugins, file: cell.file })
  const experiment = await compile(loaded, plugins)
  const rows: KeptRows = { rounds: [], decisions: [], quits: [], learning: [], unaggregated: [] }
  const { channels } = loaded.scenario.network
  recordRun(experiment.bus, collectorOf(rows), { ...loaded.scenario.record, channels: channels.count })
  experiment.bus.on('scheduler:waiting', ({ round, waiting }) =>
    tellWaiting(task.waiting, task.place, waiting ? round : 0),
  )
  experiment.bus.on('round:end', () => Atomics.add(played, task.place, 1))
  const start = performance.now()
  await experiment.run()
  const seconds = (performance.now() - start) / 1000
  if (!isUnchanged(cell, loaded)) {
    throw new UserError(
      'a plugin, a data file or cotwin itself was changed while the suite ran; the same command runs it again',
    )
  }
  const rounds = withDecisions(rows)
  const { cotwin, node, cpu } = provenance()
  const { address, scheduler, plugin, seed } = cell
  new CellStore(directory).write(
    {
      address,
      scheduler,
      plugin,
      tier: experiment.schedulers[0].tier,
      seed,
      rounds: rounds.length,
      quit: rows.quits.filter(({ client }) => client !== null).length,
      ...(rows.unaggregated.length > 0 && { unaggregated: lostUpdatesOf(rows.unaggregated) }),
      seconds,
      workers,
      endedAt: new Date().toISOString(),
      cotwin,
      node,
      cpu: cpu.model,
    },
    {
      rounds,
      learning: rows.learning.filter((row) => row.scheduler === scheduler),
      reference: rows.learning.filter((row) => row.scheduler !== scheduler),
    },
  )
}

/** Rows of the tables of a run that are looked at. */
type KeptRows = {
  readonly [N in 'rounds' | 'decisions' | 'quits' | 'learning' | 'unaggregated']: RowOf<RunTable<N>>[]
}

const collectorOf = (kept: KeptRows): RowSink => ({
  append<N extends RunTableName>(table: N, row: RowOf<RunTable<N>>) {
    const rows: Partial<Record<RunTableName, unknown[]>> = kept
    rows[table]?.push(row)
  },
})

/** Each round's row with how long its decision took. */
function withDecisions({ rounds, decisions }: KeptRows): RowOf<typeof cellRoundsTable>[] {
  const seconds = new Map(decisions.map(({ round, decisionSeconds }) => [round, decisionSeconds]))
  return rounds.map((row) => ({ ...row, decisionSeconds: seconds.get(row.round) ?? null }))
}
