import { resolve } from 'node:path'
import { createRate } from '../environment/rate-of.js'
import { UserError } from '../errors.js'
import type { Decision } from '../network/decision.js'
import type { RoundNetwork } from '../network/round-network.js'
import { resolveReference } from '../plugin/options.js'
import type { PluginRegistry } from '../plugin/registry.js'
import { type Diagnostic, inOrder, type PlacedProblem, placeDiagnostic } from '../scenario/tree/diagnostic.js'
import type { Source } from '../scenario/tree/source-node.js'
import { checkAssignment, checkDecided, decisionOf } from './explicit-assignment.js'
import { checkInstance, networkOf, sizesOf } from './explicit-instance.js'
import { type ReadJson, readJson } from './read-json.js'
import type { ExplicitAssignment, ExplicitInstance } from './schema.js'

/** A JSON text and where it came from. */
export interface JsonSource extends Source {
  readonly text: string
}

/** More than these say nothing new: a file written the wrong way round is wrong in every number. */
const MOST_PROBLEMS = 50

/** Reads an explicit instance; a `UserError` with everything that is wrong, each with its line and column. */
export function readInstance(source: JsonSource, registry: PluginRegistry): RoundNetwork {
  const json = readJson(source.text, source)
  refuse(
    problemsOf(json, (value) => checkInstance(value, registry)),
    [source],
  )
  return withRate(json.value as ExplicitInstance, source, registry)
}

/** The network of an instance that is right; a `UserError` where the rate that it names does not come about. */
function withRate(instance: ExplicitInstance, { name, directory }: JsonSource, registry: PluginRegistry) {
  if (instance.rate === undefined) return networkOf(instance)
  const files = { resolve: (path: string) => resolve(directory, path) }
  const reference = resolveReference(registry, 'rate', instance.rate)
  const problemAt = (message: string) => ({ message: `rate: ${message}`, place: { file: name } })
  return networkOf(instance, createRate(registry, reference, files, problemAt))
}

/**
 * Reads an explicit instance and an assignment of it, with what is decided beside slots; the problems of both come together.
 *
 * `open` where allocators fill in what the assignment leaves open: shares are then not asked to fit yet.
 */
export function readInstanceAndAssignment(
  instance: JsonSource,
  assignment: JsonSource,
  registry: PluginRegistry,
  { open = false }: { readonly open?: boolean } = {},
): { network: RoundNetwork; decision: Decision } {
  const instanceJson = readJson(instance.text, instance)
  const assignmentJson = readJson(assignment.text, assignment)
  const sizes = sizesOf(instanceJson.value)
  const problems = [
    ...problemsOf(instanceJson, (value) => checkInstance(value, registry)),
    ...problemsOf(assignmentJson, (value) => checkAssignment(value, sizes)),
  ]
  refuse(problems, [instance, assignment])
  const network = withRate(instanceJson.value as ExplicitInstance, instance, registry)
  const explicit = assignmentJson.value as ExplicitAssignment
  refuse(
    problemsOf(assignmentJson, () => checkDecided(explicit, network, open)),
    [assignment],
  )
  return { network, decision: decisionOf(explicit, network.channels) }
}

function problemsOf(json: ReadJson, check: (value: unknown) => Diagnostic[]): readonly PlacedProblem[] {
  if (json.problems.length > 0) return json.problems
  const diagnostics = check(json.value)
  if (diagnostics.length === 0) return []
  const tree = json.tree()
  return diagnostics.map((diagnostic) => placeDiagnostic(tree, diagnostic))
}

function refuse(problems: readonly PlacedProblem[], sources: readonly Source[]): void {
  if (problems.length === 0) return
  const all = inOrder(problems, sources)
  const more = all.length - MOST_PROBLEMS
  throw new UserError(more > 0 ? [...all.slice(0, MOST_PROBLEMS), { message: `and ${more} more` }] : all)
}
