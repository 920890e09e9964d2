import type { Problem } from '../../errors.js'
import {
  type Origin,
  originOf,
  type Path,
  placeOf,
  type Source,
  type SourceNode,
  showPath,
} from './source-node.js'

/** Something wrong at a path of the scenario, before it is known where that was written. */
export interface Diagnostic {
  readonly path: Path
  /** The key itself is at fault, not its value. */
  readonly onKey?: boolean
  readonly message: string
  readonly suggestion?: string
  /** Another key by whose value it comes about: the place to tell, where that is a job's own. */
  readonly keyAtFault?: Path
}

/** A problem that can be put in order with others. */
export interface PlacedProblem {
  readonly origin: Origin
  readonly message: string
  readonly suggestion?: string
}

/** The diagnostic at the place where its value was written. */
export function placeDiagnostic(
  root: SourceNode,
  { path, onKey, message, suggestion }: Diagnostic,
): PlacedProblem {
  const where = showPath(onKey ? path.slice(0, -1) : path)
  return {
    origin: originOf(root, path, onKey),
    message: where ? `${where}: ${message}` : message,
    ...(suggestion !== undefined && { suggestion }),
  }
}

/** The problems in the order of the files as they were read, then of line and column; none twice. */
export function inOrder(problems: readonly PlacedProblem[], sources: readonly Source[]): Problem[] {
  const rank = ({ origin: { source } }: PlacedProblem) => sources.indexOf(source)
  const sorted = [...problems].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.origin.line ?? 0) - (b.origin.line ?? 0) ||
      (a.origin.column ?? 0) - (b.origin.column ?? 0),
  )
  const seen = new Set<string>()
  return sorted.flatMap(({ origin, message, suggestion }) => {
    const problem = { message, place: placeOf(origin), ...(suggestion !== undefined && { suggestion }) }
    const key = JSON.stringify(problem)
    if (seen.has(key)) return []
    seen.add(key)
    return [problem]
  })
}
