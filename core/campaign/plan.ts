import { platform, release } from 'node:os'
import { basename, join, relative, resolve, sep } from 'node:path'
import { makeDirectories } from '../files/make-directory.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { provenance } from '../results/provenance.js'
import { settingLabels } from '../suite/analysis/results.js'
import { type LoadSuiteOptions, loadSuite, type Suite } from '../suite/definition/load.js'
import { CellStore } from '../suite/execution/cell-store.js'
import { type Cell, cellsOf } from '../suite/execution/cells.js'
import { type SampleOptions, sampleKinds } from '../suite/execution/estimate.js'
import { expectation, recordedPaces } from '../suite/execution/expected-seconds.js'
import { balanced } from '../suite/execution/shares.js'
import { isTrained, trainingsOf } from '../suite/execution/trainings.js'
import { kindOf } from '../suite/execution/work-left.js'
import { suiteDirectory } from '../suite/run-suite.js'
import { type Campaign, type CampaignFile, TASKS, writeCampaign } from './campaign-file.js'
import { ObjectStore } from './objects.js'
import { keepSamples, sampledPaces } from './samples.js'
import { writeTask, writtenCell } from './task-file.js'

export interface PlanOptions extends Omit<LoadSuiteOptions, 'registry'> {
  /** The built-in plugins. */
  readonly plugins: PluginRegistry
  /** The suite's directory; default as that of `cotwin bench`. */
  readonly out?: string
  /** Threads that each worker computes with. */
  readonly workers: number
  /** How many tasks there are to be; else as many as take `minutes` each. */
  readonly tasks?: number
  readonly minutes?: number
  /** So many cells each, rather than by how long they take. */
  readonly cellsATask?: number
  /** Whether tasks hold the cells, too, that are finished; for engines that know by themselves which are. */
  readonly all?: boolean
  /** Called with the campaign's directory before anything is written there; what it throws ends the planning. */
  readonly onDirectory?: (directory: string) => void
  /** Takes samples of the kinds of cells of which none is finished or was sampled here, to know how long they take. */
  readonly sample?: Pick<SampleOptions, 'worker' | 'signal'>
}

/** As many tasks as Slurm takes in an array by default, and a number that people can still follow. */
const MOST_TASKS = 1000
const DEFAULT_MINUTES = 10

/** What a campaign was planned from. */
export interface PlannedCampaign {
  readonly campaign: Campaign
  readonly suite: Suite
  /** Cells that were finished before. */
  readonly finished: number
}

/**
 * Writes down what of a suite is still to be done, as tasks that any machine can do that has the directory and the same
 * build of cotwin.
 *
 * Data and plugins are copied into the directory, named by what is in them. Cells are spread over tasks by how long they
 * take, the longest first; each training is a task of its own. What is written is there in full, `campaign.json` last.
 */
export async function planCampaign(path: string, options: PlanOptions): Promise<PlannedCampaign> {
  const suite = await loadSuite(path, { ...options, registry: options.plugins })
  const directory = options.out ?? suiteDirectory(suite)
  options.onDirectory?.(directory)
  makeDirectories(join(directory, TASKS))
  const store = new CellStore(join(directory, 'cells'))
  store.open()

  const objects = new ObjectStore(directory)
  const parent = join(directory, 'trainings')
  const trainings = trainingsOf(suite, parent, {
    place: (scenario, loaded) => objects.place(scenario, loaded, '../'),
  })
  const fromHere = (file: string) => relative(resolve(directory), file).split(sep).join('/')
  const weights = new Map(trainings.map((training) => [training.weights, fromHere(training.weights)]))
  const cells = cellsOf(suite, trainings, {
    place: (scenario, loaded) => objects.place(scenario, loaded, '', (file) => weights.get(file)),
  })

  const missing = cells.filter(({ address }) => store.record(address) === undefined)
  const paces = new Map([...sampledPaces(directory, cells), ...recordedPaces(cells, store)])
  if (options.sample) {
    const { workers, sample } = options
    const unknown = new Set(missing.map(kindOf).filter((kind) => !paces.has(kind)))
    const { kinds } = await sampleKinds(suite, { ...sample, workers, wanted: (kind) => unknown.has(kind) })
    for (const [kind, pace] of kinds) paces.set(kind, pace)
    keepSamples(directory, cells, kinds)
  }
  const expected = expectation(cells, paces)
  const asked = options.all ? cells : missing
  const timed = asked.map((cell) => ({ item: cell, ...expected(cell) }))
  const untrained = trainings.filter(
    (training) => (options.all || !isTrained(training)) && asked.some((cell) => cell.training === training),
  )
  const file = campaignFile(suite, cells, options)
  const campaign = writeCampaign(directory, {
    ...file,
    cells: cells.map((cell) => ({
      address: cell.address,
      kind: file.kinds.findIndex(({ place }) => place === kindOf(cell)),
      seed: cell.seed,
      seconds: expected(cell).seconds,
    })),
    kinds: file.kinds.map(({ place: _, ...kind }) => kind),
    guessed: timed.some(({ measured }) => !measured),
    trainings: trainings.map(({ address, scheduler, weights: trained }) => ({
      address,
      scheduler,
      directory: `trainings/${address}`,
      weights: `trainings/${address}/${basename(trained)}`,
    })),
    tasks: [
      ...untrained.map(({ address, scenario }) => ({
        ...writeTask(directory, { kind: 'training', address, scenario }),
        kind: 'training' as const,
        cells: 0,
        seconds: 0,
      })),
      ...balanced(timed, tasksFor(timed, options)).map((share) => ({
        ...writeTask(directory, { kind: 'cells', cells: share.map(({ item }) => writtenCell(item)) }),
        kind: 'cells' as const,
        cells: share.length,
        seconds: share.reduce((sum, { seconds }) => sum + seconds, 0),
      })),
    ],
    objects: objects.all,
  })
  return { campaign, suite, finished: cells.length - missing.length }
}

function tasksFor(
  timed: readonly { readonly seconds: number }[],
  { tasks, minutes = DEFAULT_MINUTES, cellsATask, workers }: PlanOptions,
): number {
  if (cellsATask !== undefined) return Math.max(1, Math.ceil(timed.length / cellsATask))
  const seconds = timed.reduce((sum, each) => sum + each.seconds, 0)
  const wanted = tasks ?? Math.ceil(seconds / workers / (60 * minutes))
  return Math.min(MOST_TASKS, Math.max(1, wanted))
}

function campaignFile(suite: Suite, cells: readonly Cell[], { workers, overrides = [] }: PlanOptions) {
  const { cotwin, programs, node, cpu, tensor } = provenance()
  const labels = settingLabels(suite)
  const learns =
    cells.some(({ training }) => training) ||
    suite.settings.some(({ loaded: { scenario } }) => scenario.learning !== null)
  const kinds = new Map(
    cells.map((cell) => [
      kindOf(cell),
      { place: kindOf(cell), setting: labels[cell.setting]!, scheduler: cell.scheduler },
    ]),
  )
  return {
    version: 1 as const,
    suite: {
      name: suite.name,
      file: suite.file,
      quick: suite.quick,
      seeds: [...suite.seeds],
      overrides: [...overrides],
    },
    plannedAt: new Date().toISOString(),
    cotwin,
    programs,
    node,
    platform: `${platform()} ${release()}`,
    cpu: cpu.model,
    ...(learns && { tensor }),
    workers,
    kinds: [...kinds.values()],
  } satisfies Partial<CampaignFile>
}
