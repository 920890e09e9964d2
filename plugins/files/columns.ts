import { nearestName } from '../../core/plugin/index.js'
import type { FileProblems } from './data-file.js'
import { parseNumber } from './number.js'

/** The columns of a table, by name: those it must have and those it may. */
export interface Columns {
  readonly required: readonly string[]
  readonly optional?: readonly string[]
}

/**
 * Where each wanted column stands in a header, in the order required, then optional; -1 where it is missing.
 *
 * Missing, unknown and repeated columns are added to the problems: nothing in a table is passed over in silence.
 */
export function locateColumns(
  header: readonly string[],
  { required, optional = [] }: Columns,
  problems: FileProblems,
  line?: number,
): number[] {
  const wanted = [...required, ...optional]
  const expected = `expected ${required.join(', ')}${optional.map((name) => `[, ${name}]`).join('')}`
  const report = (message: string, suggestion?: string) => problems.add(message, { line, suggestion })
  if (header.every((name) => parseNumber(name) !== undefined)) {
    report(`there is no header; ${expected}`)
    return []
  }
  const unknown = header.filter((name) => !wanted.includes(name))
  const suggestions = unknown.map((name) => nearestName(name, wanted))
  for (const [i, name] of unknown.entries()) {
    if (/[;\t|]/.test(name)) report(`expected columns separated by commas, found ${JSON.stringify(name)}`)
    else report(`unknown column "${name}"; ${expected}`, suggestions[i])
  }
  for (const name of wanted) {
    if (header.indexOf(name) !== header.lastIndexOf(name)) report(`the column ${name} stands here twice`)
  }
  // A misspelt column is one mistake, not an unknown and a missing one.
  const missing = required.filter((name) => !header.includes(name) && !suggestions.includes(name))
  if (missing.length > 0) report(`there is no column ${missing.join(', ')}; ${expected}`)
  return wanted.map((name) => header.indexOf(name))
}
