import { UserError } from '../errors.js'
import type { Decision } from '../network/decision.js'
import type { RoundNetwork } from '../network/round-network.js'
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
export function readInstance(source: JsonSource): RoundNetwork {
  const json = readJson(source.text, source)
  refuse(problemsOf(json, checkInstance), [source])
  return networkOf(json.value as ExplicitInstance)
}

/**
 * Reads an explicit instance and an assignment of it, with what is decided beside slots; the problems of both come together.
 *
 * `open` where allocators fill in what the assignment leaves open: shares are then not asked to fit yet.
 */
export function readInstanceAndAssignment(
  instance: JsonSource,
  assignment: JsonSource,
  { open = false }: { readonly open?: boolean } = {},
): { network: RoundNetwork; decision: Decision } {
  const instanceJson = readJson(instance.text, instance)
  const assignmentJson = readJson(assignment.text, assignment)
  const sizes = sizesOf(instanceJson.value)
  const problems = [
    ...problemsOf(instanceJson, checkInstance),
    ...problemsOf(assignmentJson, (value) => checkAssignment(value, sizes)),
  ]
  refuse(problems, [instance, assignment])
  const network = networkOf(instanceJson.value as ExplicitInstance)
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
