import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import { lockDirectory } from '../files/lock.js'
import { makeDirectories } from '../files/make-directory.js'
import { replaceFile } from '../files/unfinished.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { type Analysis, analyse } from './analysis/analysis.js'
import { type Verdict, verdictsOn } from './analysis/claims.js'
import { readResults, type SuiteResults } from './analysis/results.js'
import { type TrainingCurve, trainingCurves } from './analysis/training-curves.js'
import { type LoadSuiteOptions, loadSuite, type Suite } from './definition/load.js'
import { CellStore } from './execution/cell-store.js'
import { type Cell, cellsOf } from './execution/cells.js'
import { type CellFailure, type CellProgress, runCells } from './execution/run-cells.js'
import { runTrainings, type TrainingFailure, type TrainingProgress } from './execution/run-trainings.js'
import { shardOf } from './execution/shares.js'
import { isTrained, type Training, trainingsOf, wasTrained } from './execution/trainings.js'
import { refuseOthersFiles } from './output/result-files.js'
import type { WriteOptions } from './output/write-results.js'

/** How a suite is run. */
export interface RunSuiteOptions extends Omit<LoadSuiteOptions, 'registry'> {
  /** The built-in plugins. */
  readonly plugins: PluginRegistry
  /** The module of a worker, see `RunCellsOptions`. */
  readonly worker: URL
  /** Cells that run at once. */
  readonly workers: number
  /** The suite's directory; default `benches/<name>`, with `-quick` behind it for `quick`. */
  readonly out?: string
  /** Only a share of the cells, from 1. */
  readonly shard?: { readonly index: number; readonly count: number }
  /** Directories of the same suite, run elsewhere, whose finished cells are taken over. */
  readonly merge?: readonly string[]
  /** Where to write the page of claims and verdicts, and the command that it tells it was made by. */
  readonly results?: { readonly path: string; readonly command: string }
  /** Whether to train and run what is missing, or only to report on what is there. Default true. */
  readonly compute?: boolean
  /** Whether to write tables, figures and pages; a share of a suite needs none. Default true. */
  readonly report?: boolean
  /** What tables are written beyond those of the report, and with which columns. */
  readonly csv?: WriteOptions['csv']
  readonly column?: WriteOptions['column']
  readonly signal?: AbortSignal
  /** Called with all cells of the suite, before anything else is done; what it throws ends the call. */
  readonly onCells?: (cells: readonly Cell[]) => void
  /** Called when the suite was found right, before the first cell. */
  readonly onStart?: (plan: SuitePlan) => void
  readonly onProgress?: (progress: CellProgress) => void
  /** Called while schedulers are trained, which is before the first cell. */
  readonly onTraining?: (progress: TrainingProgress) => void
}

/** What is about to be done. */
export interface SuitePlan {
  readonly suite: Suite
  readonly directory: string
  readonly cells: number
  /** Cells that were finished before, here or where they were merged from. */
  readonly reused: number
  /** Cells that are left to this call. */
  readonly waiting: number
  /** Finished cells of other directories that are not of this suite as it stands. */
  readonly foreign: number
  /** What of finished cells is damaged, here or where they were to be merged from: those run again. */
  readonly damaged: readonly Problem[]
}

/** What came of running a suite. */
export interface SuiteRun extends SuitePlan {
  readonly analysis: Analysis
  readonly verdicts: readonly Verdict[]
  /** Cells that ran to their end in this call. */
  readonly finished: number
  readonly failures: readonly CellFailure[]
  readonly interrupted: boolean
  /** What was written, by kind. */
  readonly files: Readonly<Record<string, string>>
}

/**
 * Runs a suite: the whole of `cotwin bench` in one function.
 *
 *     suite.yaml ──load──▶ settings ──train──▶ cells ──run──▶ finished cells ──▶ one table ──▶ comparisons ──▶ tables, figures, verdicts
 *
 * A cell that is finished is never run again, so whatever ended an earlier call, this one goes on from there.
 */
export async function runSuite(path: string, options: RunSuiteOptions): Promise<SuiteRun> {
  // 1. Load: the suite, and every scenario of it under every setting.
  const suite = await loadSuite(path, { ...options, registry: options.plugins })

  // 2. The directory, for this process alone.
  const directory = options.out ?? suiteDirectory(suite)
  makeDirectories(directory)
  const lock = lockDirectory(directory, {
    expected: 'a directory that no other cotwin bench writes to: give this one another by --out',
  })
  const signs = setInterval(() => lock.renew(), 1000)
  try {
    return await runIn(directory, suite, options)
  } finally {
    clearInterval(signs)
    lock.release()
  }
}

/** Where a suite is kept unless something else is said. */
export const suiteDirectory = ({ name, quick }: Suite): string =>
  join('benches', quick ? `${name}-quick` : name)

async function runIn(directory: string, suite: Suite, options: RunSuiteOptions): Promise<SuiteRun> {
  if (options.report !== false) refuseOthersFiles(directory, options.results?.path)
  // 3. Cells, and which of them are there already.
  const store = new CellStore(join(directory, 'cells'))
  store.open()
  const trainings = trainingsOf(suite, join(directory, 'trainings'))
  const cells = cellsOf(suite, trainings)
  options.onCells?.(cells)
  const found = cells.flatMap(({ address }) => store.damage(address))
  const merged = (options.merge ?? []).map((from) => takeOver(from, store, cells))
  const missing = cells.filter(({ address }) => store.record(address) === undefined)
  const share = options.shard ? shardOf(cells, options.shard.index, options.shard.count) : cells
  const mine = new Set(options.compute === false ? [] : share)
  const waiting = missing.filter((cell) => mine.has(cell))
  const plan: SuitePlan = {
    suite,
    directory,
    cells: cells.length,
    reused: cells.length - missing.length,
    waiting: waiting.length,
    foreign: merged.reduce((sum, { foreign }) => sum + foreign, 0),
    damaged: [...found, ...merged.flatMap(({ damaged }) => damaged)],
  }
  options.onStart?.(plan)

  // 4. Train what decides by weights that are missing.
  const { workers, worker, signal } = options
  const common = { workers, worker, ...(signal && { signal }) }
  const needed = trainings.filter(
    (training) =>
      waiting.some((cell) => cell.training === training) ||
      (options.compute !== false && wasTrained(training)),
  )
  const untrained = await runTrainings(
    needed.filter((training) => !isTrained(training)),
    { ...common, ...(options.onTraining && { onProgress: options.onTraining }) },
  )

  // 5. Run what is missing.
  const ran = await runCells(
    waiting.filter(({ training }) => training === undefined || isTrained(training)),
    {
      ...common,
      directory: store.directory,
      ...(options.onProgress && { onProgress: options.onProgress }),
    },
  )
  const failures = [...ran.failures, ...untrainedCells(waiting, untrained)]
  const interrupted = ran.interrupted || signal?.aborted === true

  // 6. Everything that there is now, whoever ran it.
  const results = await readResults(suite, cells, store)
  const curves = await curvesOf(trainings, results)
  const analysis = analyse(results, curves)
  const verdicts = verdictsOn(results, curves)
  const ended = { ...plan, finished: ran.finished, failures, interrupted, analysis, verdicts }
  if (results.cells.finished === 0 || options.report === false) return { ...ended, files: {} }

  // 7. Tables, figures and pages; what draws is loaded only now.
  const { writeResults } = await import('./output/write-results.js')
  const files = await writeResults(directory, analysis, verdicts, {
    ...(options.results && { page: options.results }),
    ...(options.csv !== undefined && { csv: options.csv }),
    ...(options.column && { column: options.column }),
  })
  return { ...ended, files }
}

/** How the trainings went, those of one scheduler told apart by their settings. */
function curvesOf(trainings: readonly Training[], { settings }: SuiteResults): Promise<TrainingCurve[]> {
  return trainingCurves(trainings, ({ scheduler, setting }) =>
    trainings.filter((other) => other.scheduler === scheduler).length > 1
      ? `${scheduler} (${settings[setting]!.label})`
      : scheduler,
  )
}

/** The cells whose weights are not to be had, with the reason. */
const untrainedCells = (cells: readonly Cell[], failures: readonly TrainingFailure[]): CellFailure[] =>
  failures.flatMap(({ training, problems, stack }) =>
    cells
      .filter((cell) => cell.training?.address === training.address)
      .map((cell) => ({
        cell,
        problems: problems.map((problem) => ({ ...problem, message: `not trained: ${problem.message}` })),
        ...(stack !== undefined && { stack }),
      })),
  )

/** Copies finished cells that are missing here; returns how many others there are, and what cannot be copied. */
function takeOver(
  from: string,
  store: CellStore,
  cells: readonly Cell[],
): Pick<SuitePlan, 'foreign' | 'damaged'> {
  const source = new CellStore(join(from, 'cells'))
  if (!existsSync(source.directory)) {
    throw new UserError({
      message: 'has no finished cells: expected the directory of a suite',
      place: { file: from },
    })
  }
  const wanted = new Set(cells.map(({ address }) => address))
  for (const { address } of cells) {
    if (store.record(address) || !source.record(address)) continue
    // The record last: a cell is there when that is.
    for (const name of source.files(address)) {
      const path = join(store.directory, name)
      replaceFile(path, (unfinished) => copyFileSync(join(source.directory, name), unfinished))
    }
  }
  return {
    foreign: source.addresses().filter((address) => !wanted.has(address)).length,
    damaged: cells.flatMap(({ address }) => (store.record(address) ? [] : source.damage(address))),
  }
}
