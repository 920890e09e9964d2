import { resolve } from 'node:path'
import { UserError } from '../errors.js'
import { RandomStreams } from '../kernel/random.js'
import { type Assignment, findViolations } from '../network/assignment.js'
import { asDecision, type Decision, type DecisionVariable } from '../network/decision.js'
import { findDecisionFlaws } from '../network/decision-flaws.js'
import type { RoundNetwork } from '../network/round-network.js'
import { createPlugin } from '../plugin/create-plugin.js'
import { resolveReference } from '../plugin/options.js'
import { PluginContext } from '../plugin/plugin-context.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { tierOf } from '../plugin/tiers.js'
import { checkReferences } from '../scenario/checks/references.js'
import { inOrder, placeDiagnostic } from '../scenario/tree/diagnostic.js'
import { mapOf, type Origin, plain } from '../scenario/tree/source-node.js'
import { parseYaml } from '../scenario/tree/yaml-tree.js'
import { allocated, type NamedAllocator } from '../simulation/allocation.js'
import { untouched, View } from '../simulation/view.js'

/** How a scheduler is created for an instance. */
export interface ScheduleOptions {
  readonly registry: PluginRegistry
  /** The scheduler's options as YAML or JSON text; its defaults where left out. */
  readonly options?: string
  readonly seed?: number
}

/** The assignment that a scheduler gives an instance, as in the first round of a run; a `UserError` where it cannot. */
export async function schedule(
  network: RoundNetwork,
  name: string,
  { registry, options = '{}', seed = 1 }: ScheduleOptions,
): Promise<Assignment | Decision> {
  const reference = resolveReference(registry, 'scheduler', referenceFrom(name, options, registry))
  const plugin = registry.get('scheduler', name)
  const tier = tierOf(plugin, reference.options)
  const { decides = [] } = plugin
  const files = { resolve: (path: string) => resolve(path) }
  const context = new PluginContext({ registry, streams: new RandomStreams(seed), network, files })
  const scheduler = await createPlugin('scheduler', reference, `scheduler/${name}`, context)
  const decided = await scheduler.decide(
    new View(1, network, untouched(network), network, { label: name, tier, open: openOf(network, decides) }),
  )
  const decision = asDecision(decided)
  const [broken] = findViolations(decision.assignment, network, undefined, decision.turn).filter(
    ({ kind }) => kind !== 'C5',
  )
  if (broken) throw new UserError(`scheduler "${name}", client ${broken.client}: ${broken.message}`)
  const [flaw] = findDecisionFlaws(decision, network, { open: true })
  if (flaw) throw new UserError(`scheduler "${name}", client ${flaw.client}: ${flaw.field}: ${flaw.message}`)
  return decided
}

/** What of the variables that a scheduler decides an instance opens: those it gives levels or a list of. */
function openOf(
  { bounds, cuts, payloads }: RoundNetwork,
  decides: readonly DecisionVariable[],
): ReadonlySet<DecisionVariable> {
  const opened: Partial<Record<DecisionVariable, boolean>> = {
    power: bounds?.powerLevelsW !== undefined,
    clock: bounds?.clockLevelsHz !== undefined,
    cut: cuts !== undefined,
    payload: payloads !== undefined,
  }
  return new Set(decides.filter((variable) => opened[variable]))
}

/** The reference that name and options make, checked; the problems of both come together. */
function referenceFrom(plugin: string, options: string, registry: PluginRegistry) {
  const named: Origin = { source: { name: '--scheduler', directory: process.cwd() } }
  const given: Origin = { source: { name: '--options', directory: process.cwd() } }
  const { tree, problems } = parseYaml(options, given.source)
  const notYaml = problems.map(({ message }) => ({ origin: given, message }))
  const written = tree === undefined ? {} : plain(tree)
  const isMapping = typeof written === 'object' && written !== null && !Array.isArray(written)
  const notMapping = { origin: given, message: 'expected a mapping of option names to values' }
  const root = mapOf(named, [
    ['plugin', { key: named, value: { kind: 'scalar', origin: named, value: plugin } }],
    ['options', { key: given, value: tree ?? mapOf(given, []) }],
  ])
  const diagnostics = checkReferences(
    { 'x-plugin': 'scheduler' },
    { plugin, options: isMapping ? written : {} },
    registry,
  )
  const all = [
    ...diagnostics.map((diagnostic) => placeDiagnostic(root, diagnostic)),
    ...notYaml,
    ...(isMapping ? [] : [notMapping]),
  ]
  if (all.length > 0) throw new UserError(inOrder(all, [named.source, given.source]))
  return { plugin, options: written as Record<string, unknown> }
}

/** How open parts of a decision are filled in for an instance. */
export interface AllocateOptions {
  readonly registry: PluginRegistry
  readonly seed?: number
  readonly deadlineSeconds?: number
}

/** A decision with what it leaves open filled in by allocators, by their names, one after the other; a `UserError` where there is none. */
export async function allocate(
  network: RoundNetwork,
  decision: Decision,
  names: readonly string[],
  { registry, seed = 1, deadlineSeconds }: AllocateOptions,
): Promise<Decision> {
  const context = new PluginContext({
    registry,
    streams: new RandomStreams(seed),
    network,
    files: { resolve: (path) => resolve(path) },
  })
  const allocators: NamedAllocator[] = []
  for (const name of names) {
    const plugin = registry.get('allocator', name)
    const reference = resolveReference(registry, 'allocator', name)
    const allocator = await createPlugin('allocator', reference, `allocator/${name}`, context)
    allocators.push({ name, allocator, decides: plugin.decides ?? [] })
  }
  const found = await allocated({ round: 1, network, deadlineSeconds }, decision, allocators)
  const flaws = findDecisionFlaws(found, network)
  if (flaws.length > 0)
    throw new UserError(
      flaws.map(({ client, field, message }) => ({
        message: `${client < 0 ? '' : `client ${client}: `}${field}: ${message}`,
      })),
    )
  return found
}
