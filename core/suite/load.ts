import { basename, dirname, extname, isAbsolute, join, resolve as resolvePath } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { type Finding, inOrder, type PlacedProblem, placeFinding } from '../scenario/finding.js'
import { type LoadedScenario, loadScenario } from '../scenario/load.js'
import {
  find,
  type LocatedEntry,
  type LocatedMap,
  locatedAt,
  mapOf,
  plain,
  type Source,
} from '../scenario/located.js'
import type { PlacedSetting } from '../scenario/overrides.js'
import { readText, UnreadableFile } from '../scenario/read-text.js'
import { resolve } from '../scenario/resolve.js'
import type { ResolvedReference } from '../scenario/schema-parts.js'
import { check } from '../scenario/validate.js'
import { parseYaml } from '../scenario/yaml-tree.js'
import { checkSchedulerLabels, checkSuite, sweptPaths } from './checks.js'
import { type Claim, type SuiteFile, suiteSchema } from './schema.js'
import { combinations, settingsAt, sweptValues } from './sweep.js'

export interface LoadSuiteOptions {
  readonly registry: PluginRegistry
  /** With what the suite's `quick` section changes. */
  readonly quick?: boolean
  /** In place of the suite's. */
  readonly seeds?: readonly number[]
  /** Settings over everything, `a.b[0].c=value`. */
  readonly overrides?: readonly string[]
}

/** A suite that was read and found right, with the scenario of each of its settings. */
export interface Suite {
  readonly name: string
  readonly description?: string
  readonly quick: boolean
  /** The suite's file, absolute. */
  readonly file: string
  readonly seeds: readonly number[]
  /** Paths that points or sweep give values to. */
  readonly swept: readonly string[]
  readonly settings: readonly SuiteSetting[]
  readonly claims: readonly Claim[]
  readonly train: SuiteFile['train']
}

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
  readonly skipped: readonly { readonly scheduler: string; readonly reason: string }[]
}

/** Reads a suite and every scenario it runs; throws a `UserError` with every problem there is. */
export async function loadSuite(path: string, options: LoadSuiteOptions): Promise<Suite> {
  const { tree, source } = await readTree(path)
  const refuse = (findings: readonly Finding[]) => {
    const placed = findings.map((finding) => placeFinding(tree, finding))
    if (placed.length > 0) throw new UserError(inOrder(placed, [source]))
  }
  const written = plain(tree) as Record<string, unknown>
  refuse(check(suiteSchema, written))
  const { schedulers: _, ...others } = written
  const context = { registry: options.registry, tree, directory: source.directory }
  const suite = resolve(suiteSchema, others, context) as SuiteFile
  const entries = suite.scenarios.map((entry) =>
    typeof entry === 'string' ? { scenario: entry } : entry,
  ) as readonly { scenario: string; label?: string; schedulers?: readonly string[] }[]
  const labels = entries.map(({ scenario, label }) => label ?? basename(scenario, extname(scenario)))
  refuse(checkSuite(suite, labels))
  const swept = sweptPaths(suite)
  refuseOverridesOf(swept, options.overrides ?? [])

  const quick = options.quick === true
  const kept = (i: number) => !quick || suite.quick.scenarios?.includes(labels[i]) !== false
  const collected = new Problems()
  const settings: SuiteSetting[] = []
  for (const [i, { scenario, schedulers: own }] of entries.entries()) {
    if (!kept(i)) continue
    const file = isAbsolute(scenario) ? scenario : join(dirname(path), scenario)
    const at = typeof suite.scenarios[i] === 'string' ? [String(i)] : [String(i), 'scenario']
    const unreadable = await readingProblem(file)
    if (unreadable) {
      collected.add(inOrder([placeFinding(tree, { path: ['scenarios', ...at], ...unreadable })], [source]))
      continue
    }
    const all = [...settingsAt(tree, ['set']), ...settingsAt(tree, ['scenarios', String(i), 'set'])]
    const rest = quick
      ? [...settingsAt(tree, ['quick', 'set']), ...settingsAt(tree, ['scenarios', String(i), 'quick'])]
      : []
    for (const point of pointsOf(tree, suite, quick)) {
      const overrides = [...all, ...rest, ...point, ...(options.overrides ?? [])]
      const over = overOf(tree, suite)
      const loaded = await collected.of(() =>
        loadScenario(file, { registry: options.registry, over, overrides }),
      )
      if (!loaded) continue
      settings.push(settingOf(suite, { label: labels[i], schedulers: own }, point, loaded, quick))
    }
  }
  collected.refuse()
  const schedulerLabels = new Set(
    settings.flatMap(({ loaded }) => loaded.scenario.schedulers.map(({ label }) => label)),
  )
  const references = settings.flatMap(({ loaded }) => loaded.scenario.learning?.reference ?? [])
  refuse(quick && suite.quick.scenarios ? [] : checkSchedulerLabels(suite, [...schedulerLabels], references))
  refuse(withoutBaseline(settings))
  return {
    name: suite.name ?? basename(path, extname(path)).replace(/[^A-Za-z0-9._-]+/g, '-'),
    ...(suite.description !== undefined && { description: suite.description }),
    quick,
    file: resolvePath(path),
    seeds: options.seeds ?? seedsOf(quick ? (suite.quick.seeds ?? suite.seeds) : suite.seeds),
    swept: sweptPaths(suite, quick),
    settings,
    claims: suite.claims,
    train: suite.train,
  }
}

async function readTree(path: string): Promise<{ tree: LocatedMap; source: Source }> {
  const source: Source = { name: path, directory: dirname(resolvePath(path)) }
  const unreadable = await readingProblem(path)
  if (unreadable) throw new UserError({ ...unreadable, place: { file: path } })
  const { tree, problems } = parseYaml(await readText(path), source)
  if (!tree) throw new UserError(inOrder(problems, [source]))
  const isScenario =
    ['network', 'rounds', 'extends'].some((key) => find(tree, [key])) && !find(tree, ['scenarios'])
  if (tree.kind === 'map' && !isScenario) return { tree, source }
  const problem: PlacedProblem = {
    origin: tree.origin,
    message: isScenario
      ? 'this is a scenario, which cotwin run runs; expected a suite, with a list of scenarios'
      : 'expected keys such as scenarios and schedulers',
  }
  throw new UserError(inOrder([problem], [source]))
}

async function readingProblem(file: string): Promise<{ message: string; suggestion?: string } | undefined> {
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
function overOf(tree: LocatedMap, { baseline }: SuiteFile): LocatedMap {
  const { origin } = tree
  const entries = new Map<string, LocatedEntry>()
  for (const key of ['plugins', 'schedulers']) {
    const entry = tree.entries.get(key)
    if (entry) entries.set(key, entry)
  }
  const schedulers = tree.entries.get('schedulers')
  if (baseline !== undefined || schedulers) {
    const given = tree.entries.get('baseline') ?? {
      key: origin,
      value: locatedAt(schedulers?.value.origin ?? origin, null),
    }
    entries.set('report', { key: given.key, value: mapOf(given.value.origin, [['baseline', given]]) })
  }
  const record = { clients: false, detailRounds: [], coherenceTimesSeconds: [] }
  entries.set('record', { key: origin, value: locatedAt(origin, record) })
  return mapOf(origin, entries)
}

function pointsOf(tree: LocatedMap, suite: SuiteFile, quick: boolean): PlacedSetting[][] {
  const inQuick = quick && suite.quick.points !== undefined
  const points = (inQuick ? suite.quick.points! : suite.points).map((_, i) =>
    settingsAt(tree, [...(inQuick ? ['quick'] : []), 'points', String(i)]),
  )
  const quickly = quick ? suite.quick.sweep : {}
  const grid = Object.keys(suite.sweep).map((path) => {
    const at = Object.hasOwn(quickly, path) ? ['quick', 'sweep'] : ['sweep']
    return sweptValues(find(tree, at) as LocatedMap, path)
  })
  return combinations(grid, points)
}

function settingOf(
  suite: SuiteFile,
  { label, schedulers: own }: { readonly label: string; readonly schedulers: readonly string[] | undefined },
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
  return {
    scenario: label,
    values,
    loaded,
    schedulers: wanted.filter((scheduler) => !skipped.some((skip) => skip.scheduler === scheduler.label)),
    baseline: loaded.scenario.report.baseline,
    skipped,
  }
}

const valueAt = (scenario: unknown, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], scenario)

function withoutBaseline(settings: readonly SuiteSetting[]): Finding[] {
  const lost = settings.find(
    ({ schedulers, skipped, baseline }) =>
      ![...schedulers, ...skipped.map(({ scheduler: label }) => ({ label }))].some(
        ({ label }) => label === baseline,
      ),
  )
  if (!lost) return []
  return [
    {
      path: [],
      message: `${lost.scenario}: expected the baseline "${lost.baseline}" among the schedulers that are kept`,
    },
  ]
}

/** A setting over what is swept would make all points of the sweep the same. */
function refuseOverridesOf(swept: readonly string[], overrides: readonly string[]): void {
  const problems = overrides
    .filter((setting) => swept.includes(setting.split('=')[0].trim()))
    .map((setting) => ({
      message: 'the suite gives this key several values, which one value would replace; change the suite',
      place: { file: `--set ${setting}` },
    }))
  if (problems.length > 0) throw new UserError(problems)
}

const seedsOf = (seeds: number | readonly number[]): readonly number[] =>
  typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds

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
