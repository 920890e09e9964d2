import { asNode, type SchemaNode } from '../schema/annotations.js'
import { scenarioFileSchema } from '../schema/schema.js'
import type { Diagnostic } from '../tree/diagnostic.js'
import type { Path } from '../tree/source-node.js'

/** Every key of a scenario that is no plugin's own, by its path. */
const paths: readonly Path[] = keyPaths(asNode(scenarioFileSchema), [])

function keyPaths(schema: SchemaNode, above: Path): Path[] {
  const named = [schema, ...(schema.anyOf ?? [])].find(({ properties }) => properties)?.properties ?? {}
  return Object.entries(named).flatMap(([key, inner]) => {
    const path = [...above, key]
    return [path, ...keyPaths(inner, path)]
  })
}

/** More places than these say nothing of what was meant. */
const MOST_PLACES = 2

/** A key that is unknown at the top with where there is one of that name, `deadline` with `round.deadlineSeconds`. */
export function withElsewhere(diagnostic: Diagnostic): Diagnostic {
  const { onKey, suggestion, path } = diagnostic
  const key = path.at(-1)
  if (!onKey || suggestion !== undefined || path.length > 1 || key === undefined || key.length < 4)
    return diagnostic
  const places = paths.filter((each) => each.at(-1)?.startsWith(key)).map((each) => each.join('.'))
  if (places.length === 0 || places.length > MOST_PLACES) return diagnostic
  return { ...diagnostic, message: `unknown key "${key}" here; there is ${places.join(' and ')}` }
}
