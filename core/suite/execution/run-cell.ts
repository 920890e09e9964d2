import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { UserError } from '../../errors.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import { type StatePart, wholeOf } from '../../plugin/state-part.js'
import {
  Checkpoints,
  type FoundCheckpoint,
  newestCheckpoint,
  removeCheckpoints,
} from '../../results/checkpoints.js'
import { provenance } from '../../results/provenance.js'
import { parseScenario } from '../../scenario/load.js'
import { compile } from '../../simulation/experiment.js'
import { GatheredRows } from './cell-rows.js'
import { CellStore } from './cell-store.js'
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
  /** Int32: other than 0 where cells are to stop after the round in hand. */
  readonly stop: SharedArrayBuffer
  /** The place in `progress` and `waiting`. */
  readonly place: number
}

/**
 * Runs a cell to its end and keeps what it came to; throws what the run throws, and then keeps nothing. Returns whether
 * it was stopped before, with a checkpoint.
 *
 * It goes on from the newest checkpoint that a process left which was stopped or killed.
 */
export async function runCell(task: CellTask, plugins: PluginRegistry): Promise<'finished' | 'stopped'> {
  const { cell, directory, workers } = task
  const store = new CellStore(directory)
  const played = new Int32Array(task.progress)
  const loaded = await parseScenario(cell.scenario, { registry: plugins, file: cell.file })
  const experiment = await compile(loaded, plugins)
  const { bus } = experiment
  const gathered = new GatheredRows(bus, loaded.scenario)
  const folder = store.folderOf(cell.address)
  const whole = wholeOf(() => ({ experiment, gathered: gathered.state }))
  const checkpoints = new Checkpoints(folder, loaded.scenario.checkpoint, () => whole.save())
  bus.on('scheduler:waiting', ({ round, waiting }) =>
    tellWaiting(task.waiting, task.place, waiting ? round : 0),
  )
  const stopping = new AbortController()
  const listen = () => Atomics.load(new Int32Array(task.stop), 0) !== 0 && stopping.abort()
  bus.on('round:end', ({ round }) => {
    Atomics.store(played, task.place, round)
    checkpoints.after(round)
    listen()
  })
  bus.on('interrupted', ({ rounds }) => checkpoints.beforeEnd(rounds))
  goOn(folder, whole)
  listen()
  const { interrupted } = await experiment.run(stopping.signal)
  if (interrupted) return 'stopped'
  if (!isUnchanged(cell, loaded)) {
    throw new UserError(
      'a plugin, a data file or cotwin itself was changed while the suite ran; the same command runs it again',
    )
  }
  const tables = gathered.tablesOf(cell.scheduler)
  const { cotwin, node, cpu, tensor } = provenance()
  const { address, scheduler, plugin, seed } = cell
  store.write(
    {
      address,
      scheduler,
      plugin,
      tier: experiment.schedulers[0]!.tier,
      seed,
      rounds: tables.rounds.length,
      quit: gathered.quit,
      ...(gathered.lost.length > 0 && { unaggregated: lostUpdatesOf(gathered.lost) }),
      seconds: gathered.seconds,
      workers,
      endedAt: new Date().toISOString(),
      cotwin,
      node,
      cpu: cpu.model,
      tensor,
      host: hostname(),
    },
    tables,
  )
  rmSync(folder, { recursive: true, force: true })
  return 'finished'
}

/** Puts a cell to where its newest checkpoint has it; without one that can be used it begins anew. */
function goOn(folder: string, whole: StatePart): void {
  const found = usableCheckpoint(folder, whole)
  found?.removeUnusable()
  if (found) whole.restore(found.state)
}

function usableCheckpoint(folder: string, whole: StatePart): FoundCheckpoint | undefined {
  try {
    return newestCheckpoint(folder, whole.violation)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    removeCheckpoints(folder)
    return undefined
  }
}
