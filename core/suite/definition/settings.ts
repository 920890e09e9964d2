import { dirname, isAbsolute, join } from 'node:path'
import { type Problem, UserError } from '../../errors.js'
import { readText, UnreadableFile } from '../../files/read-text.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import { type LoadedScenario, loadScenario } from '../../scenario/load.js'
import type { ResolvedReference } from '../../scenario/schema/schema-parts.js'
import { inOrder, placeDiagnostic } from '../../scenario/tree/diagnostic.js'
import type { PlacedSetting } from '../../scenario/tree/overrides.js'
import {
  find,
  type MapEntry,
  type MapNode,
  mapOf,
  nodeAt,
  plain,
  type Source,
} from '../../scenario/tree/source-node.js'
import { sweptPaths } from './checks.js'
import type { SuiteFile } from './schema.js'
import { combinations, settingsAt, sweptValues } from './sweep.js'

/** One scenario under one combination of swept values. */
export interface SuiteSetting {
  /** The scenario's label. */
  readonly scenario: string
  /** What each swept path is set to. */
  readonly values: Readonly<Record<string, unknown>>
  /** The scenario, its seed and schedulers still to be chosen. */
  readonly loaded: LoadedScenario
  readonly schedulers: readonly ResolvedReference[]
  /** Label of the scheduler that the others are compared with. */
  readonly baseline: string
  /** Label of the one scheduler in whose cells `learning.reference` is learned: the baseline, or the first where that is skipped. */
  readonly referenceBeside: string | undefined
  readonly skipped: readonly { readonly scheduler: string; readonly reason: string }[]
}

/** A scenario that a suite names. */
export interface SuiteScenario {
  /** As it is written: absolute, or from the suite's file. */
  readonly file: string
  readonly label: string
  /** Labels of the schedulers it keeps; all where it says nothing. */
  readonly schedulers: readonly string[] | undefined
}

/** A suite as it was read, and where everything in it stands. */
export interface ReadSuite {
  readonly suite: SuiteFile
  readonly scenarios: readonly SuiteScenario[]
  readonly tree: MapNode
  readonly source: Source
}

interface SettingOptions {
  readonly registry: PluginRegistry
  readonly quick: boolean
  /** Settings over everything, `a.b[0].c=value`. */
  readonly overrides: readonly string[]
}

/** Every scenario at every point of the sweep; throws a `UserError` with the problems of all of them. */
export async function loadSettings(
  { suite, scenarios, tree, source }: ReadSuite,
  { registry, quick, overrides }: SettingOptions,
): Promise<SuiteSetting[]> {
  const collected = new Problems()
  const settings: SuiteSetting[] = []
  const over = overOf(tree, suite)
  for (const [i, scenario] of scenarios.entries()) {
    if (quick && suite.quick.scenarios?.includes(scenario.label) === false) continue
    const file = isAbsolute(scenario.file) ? scenario.file : join(dirname(source.name), scenario.file)
    const unreadable = await readingProblem(file)
    if (unreadable) {
      const at = typeof suite.scenarios[i] === 'string' ? [String(i)] : [String(i), 'scenario']
      collected.add(inOrder([placeDiagnostic(tree, { path: ['scenarios', ...at], ...unreadable })], [source]))
      continue
    }
    const ofSuite = [
      ...settingsAt(tree, ['set']),
      ...settingsAt(tree, ['scenarios', String(i), 'set']),
      ...(quick ? settingsAt(tree, ['quick', 'set']) : []),
      ...(quick ? settingsAt(tree, ['scenarios', String(i), 'quick']) : []),
    ]
    for (const point of pointsOf(tree, suite, quick)) {
      const all = [...ofSuite, ...point, ...overrides]
      const loaded = await collected.of(() => loadScenario(file, { registry, over, overrides: all }))
      if (loaded) settings.push(settingOf(suite, scenario, point, loaded, quick))
    }
  }
  collected.refuse()
  return settings
}

/** Why a file cannot be read as text; undefined where it can. */
export async function readingProblem(
  file: string,
): Promise<{ message: string; suggestion?: string } | undefined> {
  try {
    await readText(file)
    return undefined
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    const { message, suggestion } = error
    return { message, ...(suggestion !== undefined && { suggestion }) }
  }
}

/** What the suite says over each scenario; what it is not asked to keep need not be recorded. */
function overOf(tree: MapNode, { baseline }: SuiteFile): MapNode {
  const { origin } = tree
  const entries = new Map<string, MapEntry>()
  for (const key of ['plugins', 'schedulers']) {
    const entry = tree.entries.get(key)
    if (entry) entries.set(key, entry)
  }
  const schedulers = tree.entries.get('schedulers')
  if (baseline !== undefined || schedulers) {
    const given = tree.entries.get('baseline') ?? {
      key: origin,
      value: nodeAt(schedulers?.value.origin ?? origin, null),
    }
    entries.set('report', { key: given.key, value: mapOf(given.value.origin, [['baseline', given]]) })
  }
  const record = { clients: false, detailRounds: [], coherenceTimesSeconds: [] }
  entries.set('record', { key: origin, value: nodeAt(origin, record) })
  return mapOf(origin, entries)
}

function pointsOf(tree: MapNode, suite: SuiteFile, quick: boolean): PlacedSetting[][] {
  const inQuick = quick && suite.quick.points !== undefined
  const points = (inQuick ? suite.quick.points! : suite.points).map((_, i) =>
    settingsAt(tree, [...(inQuick ? ['quick'] : []), 'points', String(i)]),
  )
  const quickly = quick ? suite.quick.sweep : {}
  const grid = Object.keys(suite.sweep).map((path) => {
    const at = Object.hasOwn(quickly, path) ? ['quick', 'sweep'] : ['sweep']
    return sweptValues(find(tree, at) as MapNode, path)
  })
  return combinations(grid, points)
}

function settingOf(
  suite: SuiteFile,
  { label, schedulers: own }: SuiteScenario,
  point: readonly PlacedSetting[],
  loaded: LoadedScenario,
  quick: boolean,
): SuiteSetting {
  const set = new Map(point.map(({ path, value }) => [path, plain(value)]))
  // What this point leaves as it is has a value, too: that of the scenario.
  const values = Object.fromEntries(
    sweptPaths(suite, quick).flatMap((path) => {
      const value = set.has(path) ? set.get(path) : valueAt(loaded.scenario, path)
      return value === undefined ? [] : [[path, value]]
    }),
  )
  const wanted = loaded.scenario.schedulers.filter(
    (scheduler) =>
      own?.includes(scheduler.label) !== false &&
      (!quick || suite.quick.schedulers?.includes(scheduler.label) !== false),
  )
  const skipped = wanted.flatMap((scheduler) => {
    const rule = suite.skip.find(
      ({ schedulers, where }) =>
        schedulers.includes(scheduler.label) &&
        Object.entries(where).every(([path, { above = Infinity, below = -Infinity }]) => {
          const value = Number(values[path])
          return value > above || value < below
        }),
    )
    return rule ? [{ scheduler: scheduler.label, reason: rule.reason }] : []
  })
  const schedulers = wanted.filter((scheduler) => !skipped.some((skip) => skip.scheduler === scheduler.label))
  const { baseline } = loaded.scenario.report
  return {
    scenario: label,
    values,
    loaded,
    schedulers,
    baseline,
    referenceBeside: (schedulers.find((scheduler) => scheduler.label === baseline) ?? schedulers[0])?.label,
    skipped,
  }
}

const valueAt = (scenario: unknown, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], scenario)

/** Problems of several scenarios, each told once. */
class Problems {
  readonly #problems = new Map<string, Problem>()

  add(problems: readonly Problem[]): void {
    for (const problem of problems) this.#problems.set(JSON.stringify(problem), problem)
  }

  /** What `load` gives, or undefined where it ended in problems of the user's. */
  async of<T>(load: () => Promise<T>): Promise<T | undefined> {
    try {
      return await load()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.add(error.problems)
      return undefined
    }
  }

  refuse(): void {
    if (this.#problems.size > 0) throw new UserError([...this.#problems.values()])
  }
}
