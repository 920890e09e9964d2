import { basename, dirname, extname, resolve as resolvePath } from 'node:path'
import { type Problem, UserError } from '../errors.js'
import { hashOf } from '../files/hash.js'
import { nearestName } from '../nearest.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { networkSizes, nodeCounts } from './checks/cross-checks.js'
import { withElsewhere } from './checks/elsewhere.js'
import { checkWhole } from './checks/job-checks.js'
import { withOwnLearningProtocol } from './checks/protocol-checks.js'
import { checkReferences, violationOfFileIn } from './checks/references.js'
import { check } from './checks/validate.js'
import { type JobPart, withJobs } from './checks/written-jobs.js'
import { isPath, loadOutsidePlugins, type PluginEntry } from './outside-plugins.js'
import { pathSeenFrom, resolve } from './resolve.js'
import type { Scenario } from './scenario.js'
import { asNode, type SchemaNode } from './schema/annotations.js'
import { withLoad } from './schema/learning-section.js'
import { scenarioFileSchema } from './schema/schema.js'
import { inOrder, type PlacedProblem, placeDiagnostic } from './tree/diagnostic.js'
import { withEmptySections } from './tree/empty-sections.js'
import { type Chain, mergeOver, parseChain, readChain } from './tree/extends.js'
import { override, type PlacedSetting } from './tree/overrides.js'
import { find, type MapNode, originOf, plain } from './tree/source-node.js'

/** What a scenario is loaded with. */
export interface LoadOptions {
  /** The built-in plugins; those that the scenario names itself are added. */
  readonly registry: PluginRegistry
  /** What another file, e.g. a suite, says over the scenario's; merged as if that extended it. */
  readonly over?: MapNode
  /** Settings over what the files say, `a.b[0].c=value`. */
  readonly overrides?: readonly (string | PlacedSetting)[]
  /** In place of the scenario's own. */
  readonly seed?: number
  /** Whether the files that it names are to be there; else that shows where they are read. */
  readonly checkFiles?: boolean
}

/** A checked scenario, and where everything in it came from. */
export interface LoadedScenario {
  readonly scenario: Scenario
  /** The scenario file, absolute; relative paths in the scenario start at its directory. */
  readonly file: string
  /** The built-in plugins and those of `plugins:`. */
  readonly registry: PluginRegistry
  /** SHA-256 of the scenario with every default filled in: what it says, not how it was written. */
  readonly hash: string
  /** The same scenario with the files it names as seen from another directory, absolute. */
  seenFrom(directory: string): Scenario
  /** A problem with the value of a key, e.g. `network.fading`, that shows only when the scenario is wired. */
  problemAt(key: string, message: string): Problem
  /** What was read: the scenario, those it extends, and plugins. */
  readonly sources: readonly SourceFile[]
}

interface SourceFile {
  readonly role: 'scenario' | 'base' | 'plugin'
  /** Absolute. */
  readonly path: string
  /** Of a plugin, that of all its code: what it imports, too. */
  readonly sha256: string
  /** Of a plugin: that code. */
  readonly code?: string
}

const schema = asNode(scenarioFileSchema)

/** Reads, merges and checks a scenario file; throws a `UserError` with every problem there is. */
export async function loadScenario(path: string, options: LoadOptions): Promise<LoadedScenario> {
  return complete(await readChain(path, schema), path, options)
}

/** The same for the text of a file that need not exist; relative paths start at where it would. */
export async function parseScenario(
  text: string,
  { file = 'scenario.yaml', ...options }: LoadOptions & { readonly file?: string },
): Promise<LoadedScenario> {
  return complete(await parseChain(text, file, schema), file, options)
}

async function complete(chain: Chain, path: string, options: LoadOptions): Promise<LoadedScenario> {
  const fileSources = chain.files.map(({ source }) => source)
  if (!chain.tree) throw new UserError(inOrder(chain.problems, fileSources))
  const merged = options.over ? mergeOver(chain.tree, options.over, schema) : chain.tree
  const overridden = override(merged, options.overrides ?? [], options.seed, schema)
  const { problems } = overridden
  const tree = withEmptySections(overridden.tree, schema)
  const sources = [...(options.over ? [options.over.origin.source] : []), ...overridden.sources]
  const refuse = (found: readonly PlacedProblem[]) => {
    if (found.length > 0) throw new UserError(inOrder(found, [...fileSources, ...sources]))
  }
  if (chain.problems.length === 0) refuse(otherFile(tree))
  const value = plain(tree)
  const ofKeys = check(schema, value, [], nodeCounts(value))
  const known = [
    ...chain.problems,
    ...problems,
    ...ofKeys.map((diagnostic) => placeDiagnostic(tree, withElsewhere(diagnostic))),
  ].filter(isFirstAt(chain.problems))
  // What an unreadable base would have said is unknown, so only what is wrong in itself can be reported.
  if (chain.partial) refuse(known)

  const outside = await loadOutsidePlugins(pluginEntries(tree), options.registry)
  const sizes = networkSizes(value)
  const ofPlugins = checkReferences(schema, value, outside.registry, [], {
    ...(sizes && { sizes }),
    ...(options.checkFiles && { violationOfFile: violationOfFileIn(tree) }),
  })
    // A name may be that of a plugin that failed to load; only one that is nearly right is reported beside it.
    .filter(({ suggestion }) => outside.problems.length === 0 || suggestion !== undefined)
  const ofWhole = checkWhole(value, ofKeys, outside.registry)
  const more = [...ofPlugins, ...ofWhole].map((diagnostic) => placeDiagnostic(tree, diagnostic))
  refuse([...known, ...outside.problems, ...more])

  const seenFrom = (directory: string) => fillIn(tree, path, outside.registry, directory)
  const scenario = seenFrom(dirname(resolvePath(path)))
  return {
    scenario,
    seenFrom,
    problemAt: (key, message) => {
      const diagnostic = placeDiagnostic(tree, { path: key.split('.'), message })
      return inOrder([diagnostic], [...fileSources, ...sources])[0]!
    },
    file: resolvePath(path),
    registry: outside.registry,
    hash: hashOf(scenario),
    sources: [
      ...chain.files.map(({ path, sha256 }, index) => ({
        role: index === 0 ? ('scenario' as const) : ('base' as const),
        path,
        sha256,
      })),
      ...outside.bundles.map(({ entry, ...code }) => ({ role: 'plugin' as const, path: entry, ...code })),
    ],
  }
}

/** Keys that files of many kinds have. */
const saysLittle = new Set(['name', 'description', 'extends', 'plugins'])

/** Fewer unknown keys than these may be those of a scenario that is just begun. */
const FOREIGN_KEYS = 3

/** A value that could not be read is not also told to be wrong. */
const isFirstAt =
  (unread: readonly PlacedProblem[]) =>
  (problem: PlacedProblem): boolean =>
    unread.includes(problem) ||
    !unread.some(
      ({ origin }) =>
        origin.line !== undefined &&
        origin.line === problem.origin.line &&
        origin.column === problem.origin.column &&
        origin.source === problem.origin.source,
    )

/** A file that is of another kind is told apart once, not key by key. */
function otherFile(tree: MapNode): PlacedProblem[] {
  const has = (...wanted: string[]) => wanted.every((key) => tree.entries.has(key))
  if (has('scenarios')) {
    const message = 'this is a suite, which cotwin bench runs; expected a scenario'
    return [{ origin: originOf(tree, ['scenarios'], true), message }]
  }
  if (has('uplinkGain', 'downlinkGain')) {
    const message = 'this is an explicit instance, which cotwin evaluate takes; expected a scenario'
    return [{ origin: tree.origin, message }]
  }
  const valid = Object.keys(schema.properties ?? {})
  const keys = [...tree.entries.keys()].filter((key) => !saysLittle.has(key))
  const foreign = keys.every((key) => !valid.includes(key) && nearestName(key, valid) === undefined)
  if (keys.length < FOREIGN_KEYS || !foreign) return []
  const message = 'this is no scenario: it has none of the keys of one, such as network and schedulers'
  return [{ origin: tree.origin, message }]
}

function pluginEntries(tree: MapNode): PluginEntry[] {
  const plugins = find(tree, ['plugins'])
  if (plugins?.kind !== 'list') return []
  return plugins.items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value !== ''
      ? [{ written: item.value, origin: item.origin }]
      : [],
  )
}

/** The whole scenario from what was written and found right. */
function fillIn(tree: MapNode, path: string, registry: PluginRegistry, directory: string): Scenario {
  const written = withJobs(withOwnLearningProtocol(plain(tree), registry), registry)
  const loads = defaultsOf(schema.properties?.workload)
  const filled = withLoad(
    resolve(schema, written, { registry, tree, directory }) as Scenario & { extends?: string },
    written,
    loads,
  )
  const { extends: _, name = nameOf(path), ...rest } = filled
  const ofJobs = (written.jobs ?? []) as readonly JobPart[]
  const jobs = filled.jobs.map((job, i) =>
    Object.freeze({ ...job, ...withLoad(job as JobPart, ofJobs[i] ?? {}, loads) }),
  )
  const plugins = pluginEntries(tree).map(({ written, origin }) =>
    isPath(written) ? pathSeenFrom(directory, origin.source.directory, written) : written,
  )
  const baseline = filled.report.baseline ?? filled.schedulers[0]!.label
  return Object.freeze({
    name,
    ...rest,
    jobs: Object.freeze(jobs),
    plugins: Object.freeze([...new Set(plugins)]),
    report: Object.freeze({ ...filled.report, baseline }),
  })
}

const defaultsOf = ({ properties = {} }: SchemaNode = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(properties).map(([key, { default: value }]) => [key, value]))

/** A run's name from its file's, without what a directory's name cannot hold. */
function nameOf(path: string): string {
  const base = basename(path, extname(path)).replace(/[\\/:*?"<>|\s]+/g, '-')
  return base.replace(/^[-.]+/, '').slice(0, 100) || 'scenario'
}
