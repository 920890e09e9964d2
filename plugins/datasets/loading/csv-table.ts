import { nearestName } from '../../../core/plugin/index.js'
import { readCsv } from '../../files/csv.js'
import { FileProblems, fileError } from '../../files/data-file.js'
import { parseNumber, shown } from '../../files/number.js'

/** A table of numbers with a class in each row. */
export interface Table {
  readonly file: string
  /** Columns but that of the class, in order. */
  readonly features: readonly string[]
  /** rows×features, row-major. */
  readonly values: Float64Array
  /** The class of each row as it is written, and the line it stands on. */
  readonly classes: readonly { readonly name: string; readonly line: number }[]
}

/** Reads a table; where `expected` features are given, its columns must be those, in any order. */
export function readTable(file: string, label: string, expected?: readonly string[]): Table {
  const problems = new FileProblems(file)
  const values: number[] = []
  const classes: { name: string; line: number }[] = []
  let header: readonly string[] | undefined
  let places: number[] = []
  let labelPlace = -1
  let features: readonly string[] = []
  readCsv(file, (record, line) => {
    if (!header) {
      header = record
      labelPlace = placeOfLabel(record, label, problems, line)
      const found = record.filter((_, place) => place !== labelPlace)
      features = expected ?? found
      places = features.map((name) => record.indexOf(name))
      checkColumns(found, features, problems, line)
      problems.throwIfAny()
    } else if (record.length !== header.length) {
      problems.add(`expected ${header.length} values, found ${record.length}`, { line })
    } else {
      classes.push({ name: record[labelPlace], line })
      for (const place of places) {
        const value = parseNumber(record[place])
        if (value === undefined || !Number.isFinite(value))
          problems.add(`${header[place]}: expected a number, found ${shown(record[place])}`, { line })
        values.push(value ?? 0)
      }
    }
  })
  problems.throwIfAny()
  if (classes.length === 0) throw fileError(file, 'holds a header and no samples')
  return { file, features, values: Float64Array.from(values), classes }
}

function placeOfLabel(
  header: readonly string[],
  label: string,
  problems: FileProblems,
  line: number,
): number {
  const place = header.indexOf(label)
  const suggestion = nearestName(label, header)
  if (place < 0) problems.add(`there is no column "${label}" with the class; set label`, { line, suggestion })
  return place
}

function checkColumns(
  found: readonly string[],
  features: readonly string[],
  problems: FileProblems,
  line: number,
): void {
  if (features.length === 0) problems.add('there are no columns beside the class', { line })
  for (const name of features) if (!found.includes(name)) problems.add(`there is no column ${name}`, { line })
  for (const [i, name] of found.entries()) {
    if (found.indexOf(name) !== i) problems.add(`the column ${name} stands here twice`, { line })
    if (!features.includes(name)) {
      const suggestion = nearestName(name, features)
      problems.add(`unknown column "${name}"; the training set has none of that name`, { line, suggestion })
    }
  }
}

/** The classes of a table in order: by number where all are numbers, else by name. */
export function classNamesOf({ file, classes }: Table): string[] {
  const names = [...new Set(classes.map(({ name }) => name))]
  if (names.length < 2) throw fileError(file, `has one class only, ${shown(names[0])}; expected at least two`)
  const numbers = names.map(parseNumber)
  if (numbers.includes(undefined)) return names.sort()
  return names.sort((a, b) => Number(a) - Number(b))
}

/** The index of each row's class; a `UserError` names the rows of classes that are not known. */
export function labelsOf({ file, classes }: Table, classNames: readonly string[]): Int32Array {
  const problems = new FileProblems(file)
  const places = new Map(classNames.map((name, place) => [name, place]))
  const labels = Int32Array.from(classes, ({ name, line }) => {
    const place = places.get(name)
    if (place === undefined) {
      const suggestion = nearestName(name, classNames)
      problems.add(`unknown class ${shown(name)}; the training set has none of that name`, {
        line,
        suggestion,
      })
    }
    return place ?? 0
  })
  problems.throwIfAny()
  return labels
}
