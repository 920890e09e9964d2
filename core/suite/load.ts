import { basename, dirname, extname, resolve as resolvePath } from 'node:path'
import { UserError } from '../errors.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { type Finding, inOrder, type PlacedProblem, placeFinding } from '../scenario/finding.js'
import { find, type LocatedMap, plain, type Source } from '../scenario/located.js'
import { readText } from '../scenario/read-text.js'
import { resolve } from '../scenario/resolve.js'
import { check } from '../scenario/validate.js'
import { parseYaml } from '../scenario/yaml-tree.js'
import { checkSchedulerLabels, checkSuite, sweptPaths } from './checks.js'
import { type Claim, type SuiteFile, suiteSchema } from './schema.js'
import { loadSettings, readingProblem, type SuiteScenario, type SuiteSetting } from './settings.js'

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

/** Reads a suite and every scenario it runs; throws a `UserError` with every problem there is. */
export async function loadSuite(path: string, options: LoadSuiteOptions): Promise<Suite> {
  const { registry, quick = false, overrides = [] } = options
  refuseSeedsOf(options.seeds)
  const { tree, source } = await readTree(path)
  const refuse = (findings: readonly Finding[]) => {
    const placed = findings.map((finding) => placeFinding(tree, finding))
    if (placed.length > 0) throw new UserError(inOrder(placed, [source]))
  }
  const written = plain(tree) as Record<string, unknown>
  refuse(check(suiteSchema, written))
  const { schedulers: _, ...others } = written
  const suite = resolve(suiteSchema, others, { registry, tree, directory: source.directory }) as SuiteFile
  const scenarios = scenariosOf(suite)
  refuse(
    checkSuite(
      suite,
      scenarios.map(({ label }) => label),
    ),
  )
  refuseOverridesOf(sweptPaths(suite), overrides)

  const settings = await loadSettings({ suite, scenarios, tree, source }, { registry, quick, overrides })
  const labels = settings.flatMap(({ loaded }) => loaded.scenario.schedulers.map(({ label }) => label))
  const references = settings.flatMap(({ loaded }) => loaded.scenario.learning?.reference ?? [])
  const allLoaded = !(quick && suite.quick.scenarios)
  refuse(allLoaded ? checkSchedulerLabels(suite, [...new Set(labels)], references) : [])
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
