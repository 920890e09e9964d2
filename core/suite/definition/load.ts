import { basename, dirname, extname, resolve as resolvePath } from 'node:path'
import { type Problem, UserError } from '../../errors.js'
import { readText } from '../../files/read-text.js'
import type { PluginRegistry } from '../../plugin/registry.js'
import { check } from '../../scenario/checks/validate.js'
import { resolve } from '../../scenario/resolve.js'
import { referencesOf } from '../../scenario/schema/learning-section.js'
import {
  type Diagnostic,
  inOrder,
  type PlacedProblem,
  placeDiagnostic,
} from '../../scenario/tree/diagnostic.js'
import { find, type MapNode, mapOf, plain, type Source } from '../../scenario/tree/source-node.js'
import { parseYaml } from '../../scenario/tree/yaml-tree.js'
import { checkSchedulerLabels, checkSize, checkSuite, sweptPaths } from './checks.js'
import { type Claim, type SuiteFile, suiteSchema } from './schema.js'
import {
  loadSettings,
  type ReadSuite,
  readingProblem,
  type SuiteScenario,
  type SuiteSetting,
} from './settings.js'

/** How a suite is read. */
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

const byPlace = ({ place: a }: Problem, { place: b }: Problem): number =>
  (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0)

/** Reads a suite and every scenario it runs; throws a `UserError` with every problem there is. */
export async function loadSuite(path: string, options: LoadSuiteOptions): Promise<Suite> {
  const { registry, quick = false, overrides = [] } = options
  refuseSeedsOf(options.seeds)
  const { tree: whole, source, problems: unread } = await readTree(path)
  const problems = [...unread]
  const note = (diagnostics: readonly Diagnostic[]) => {
    for (const diagnostic of diagnostics) problems.push(placeDiagnostic(whole, diagnostic))
    return diagnostics
  }
  const refuse = (others: readonly Problem[] = []) => {
    if (problems.length + others.length === 0) return
    const own = inOrder(problems, [source])
    const here = others.filter(({ place }) => place?.file === path)
    const elsewhere = others.filter(({ place }) => place?.file !== path)
    throw new UserError([...[...own, ...here].sort(byPlace), ...elsewhere])
  }
  // What is wrong is left out, and the rest is looked at as well: all problems are told at once.
  const wrong = note(check(suiteSchema, plain(whole)))
  const tree = withoutKeys(whole, wrong)
  const read = plain(tree) as Record<string, unknown>
  if (check(suiteSchema, read).length > 0) refuse()
  const { schedulers: _, ...others } = read
  const suite = resolve(suiteSchema, others, { registry, tree, directory: source.directory }) as SuiteFile
  const scenarios = scenariosOf(suite)
  const scenarioLabels = scenarios.map(({ label }) => label)
  const tooLarge = note(checkSize(suite, scenarios.length))
  const crosswise = note(checkSuite(suite, scenarioLabels))
  refuseOverridesOf(sweptPaths(suite), overrides)

  const settingOptions = { registry, quick, overrides }
  const settings = await loadSettings(
    tooLarge.length > 0 || crosswise.some(({ path }) => path[0] !== undefined && ofSettings.has(path[0]))
      ? withoutSweep({ suite, scenarios, tree, source })
      : { suite, scenarios, tree, source },
    settingOptions,
  ).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error
    return refuse(error.problems) as never
  })
  const labels = settings.flatMap(({ loaded }) => loaded.scenario.schedulers.map(({ label }) => label))
  const references = settings.flatMap(({ loaded }) => referencesOf(loaded.scenario.learning?.reference))
  const allLoaded = !(quick && suite.quick.scenarios) && !wrong.some(({ path }) => path[0] === 'schedulers')
  note(allLoaded ? checkSchedulerLabels(suite, [...new Set(labels)], references) : [])
  note(problems.length === 0 ? withoutBaseline(settings) : [])
  refuseJobs(settings)
  refuse()
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

/** Keys that settings come from. */
const ofSettings = new Set(['sweep', 'points', 'quick'])

/** The suite without the keys at the top in which something is wrong. */
function withoutKeys(tree: MapNode, wrong: readonly Diagnostic[]): MapNode {
  const keys = new Set(wrong.map(({ path }) => path[0]))
  return mapOf(
    tree.origin,
    [...tree.entries].filter(([key]) => !keys.has(key)),
  )
}

/** The suite with each scenario once, as it is. */
function withoutSweep({ suite, scenarios, tree, source }: ReadSuite): ReadSuite {
  const once = { ...suite, sweep: {}, points: [], quick: { ...suite.quick, sweep: {}, points: [] } }
  const rest = [...tree.entries].filter(([key]) => !ofSettings.has(key))
  return { suite: once, scenarios, tree: mapOf(tree.origin, rest), source }
}

/** The scenarios of a suite in their long form, each with a label. */
function scenariosOf(suite: SuiteFile): SuiteScenario[] {
  const entries = suite.scenarios.map((entry) =>
    typeof entry === 'string' ? { scenario: entry } : entry,
  ) as readonly { scenario: string; label?: string; schedulers?: readonly string[] }[]
  return entries.map(({ scenario, label, schedulers }) => ({
    file: scenario,
    label: label ?? basename(scenario, extname(scenario)),
    schedulers,
  }))
}

async function readTree(
  path: string,
): Promise<{ tree: MapNode; source: Source; problems: readonly PlacedProblem[] }> {
  const source: Source = { name: path, directory: dirname(resolvePath(path)) }
  const unreadable = await readingProblem(path)
  if (unreadable) throw new UserError({ ...unreadable, place: { file: path } })
  const { tree: sound, rest, problems } = parseYaml(await readText(path), source)
  const tree = sound ?? rest
  if (!tree) throw new UserError(inOrder(problems, [source]))
  const isScenario =
    ['network', 'rounds', 'extends'].some((key) => find(tree, [key])) && !find(tree, ['scenarios'])
  if (tree.kind === 'map' && !isScenario) return { tree, source, problems }
  const problem: PlacedProblem = {
    origin: tree.origin,
    message: isScenario
      ? 'this is a scenario, which cotwin run runs; expected a suite, with a list of scenarios'
      : 'expected keys such as scenarios and schedulers',
  }
  throw new UserError(inOrder([problem], [source]))
}

function withoutBaseline(settings: readonly SuiteSetting[]): Diagnostic[] {
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
    .filter((setting) => swept.includes(setting.replace(/=.*/s, '').trim()))
    .map((setting) => ({
      message: 'the suite gives this key several values, which one value would replace; change the suite',
      place: { file: `--set ${setting}` },
    }))
  if (problems.length > 0) throw new UserError(problems)
}

/** A seed that stood in the list twice would be counted as two independent runs. */
function refuseSeedsOf(seeds: readonly number[] | undefined): void {
  if (!seeds) return
  const place = { file: '--seeds' }
  if (seeds.length === 0) throw new UserError({ message: 'expected at least one seed', place })
  const again = [...new Set(seeds.filter((seed, i) => seeds.indexOf(seed) !== i))]
  if (again.length > 0) {
    const message = `${again.join(', ')}: a seed stands in the list twice, and gives the same run again; expected each once`
    throw new UserError({ message, place })
  }
}

const seedsOf = (seeds: number | readonly number[]): readonly number[] =>
  typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds

/** A suite's cell is one scheduler on one setting: figures of several jobs in it would be mixed up. */
function refuseJobs(settings: Suite['settings']): void {
  const problems = settings.flatMap(({ loaded }) =>
    loaded.scenario.jobs.length === 0
      ? []
      : [loaded.problemAt('jobs', 'a suite compares what one job comes to; expected none, or cotwin run')],
  )
  if (problems.length > 0) throw new UserError(problems)
}
