import { nearestName } from '../../../core/plugin/index.js'
import { readCsv } from '../../files/csv.js'
import { guessSeparator } from '../../files/csv-separator.js'
import { dataFileError, FileProblems } from '../../files/data-file.js'
import { parseNumber, shown } from '../../files/number.js'
import { requireClasses } from './classes.js'

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

/** How a table is written. */
export interface WrittenAs {
  /** Column of the class. */
  readonly label: string
  /** Columns that are passed over. */
  readonly ignore: readonly string[]
  /** What separates columns; guessed from the header where it is not said. */
  readonly separator?: string
  readonly decimalComma: boolean
}

/** Reads a table; where `expected` features are given, its columns must be those, in any order. */
export function readTable(
  file: string,
  { label, ignore, separator, decimalComma }: WrittenAs,
  expected?: readonly string[],
): Table {
  const problems = new FileProblems(file)
  const values: number[] = []
  const classes: { name: string; line: number }[] = []
  let header: readonly string[] | undefined
  let places: number[] = []
  let labelPlace = -1
  let features: readonly string[] = []
  const numberOf = (text: string) =>
    parseNumber(decimalComma && /^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(text) ? text.replace(',', '.') : text)
  const each = (record: readonly string[], line: number) => {
    if (!header) {
      header = record
      labelPlace = placeOfLabel(record, label, problems, line)
      const found = record.filter((name, place) => place !== labelPlace && !ignore.includes(name))
      checkIgnored(record, ignore, problems, line)
      features = expected ?? found
      places = features.map((name) => record.indexOf(name))
      checkColumns(found, features, problems, line)
      problems.throwIfAny()
    } else if (record.length !== header.length) {
      problems.add(`expected ${header.length} values, found ${record.length}`, { line })
    } else {
      classes.push({ name: record[labelPlace], line })
      for (const place of places) {
        const value = numberOf(record[place])
        if (value === undefined || !Number.isFinite(value))
          problems.add(
            `${header[place]}: expected a number, found ${shown(record[place])}${hint(record[place], decimalComma)}`,
            { line },
          )
        values.push(value ?? 0)
      }
    }
  }
  readCsv(file, each, (bytes) => separator ?? guessSeparator(bytes, label))
  problems.throwIfAny()
  if (classes.length === 0) throw dataFileError(file, 'holds a header and no samples')
  return { file, features, values: Float64Array.from(values), classes }
}

const hint = (text: string, decimalComma: boolean): string =>
  !decimalComma && /^[+-]?\d+,\d+$/.test(text) ? '; set decimalComma: true where that is a number' : ''

function placeOfLabel(
  header: readonly string[],
  label: string,
  problems: FileProblems,
  line: number,
): number {
  const place = header.indexOf(label)
  const suggestion = nearestName(label, header)
  if (place >= 0) return place
  const message = `there is no column "${label}" with the class; set label`
  if (header.length > 1) problems.add(message, { line, suggestion })
  else problems.add(`${message}, or separator: the header has one column only`, { line })
  return place
}

function checkIgnored(
  header: readonly string[],
  ignore: readonly string[],
  problems: FileProblems,
  line: number,
): void {
  for (const name of ignore)
    if (!header.includes(name)) {
      const suggestion = nearestName(name, header)
      problems.add(`there is no column "${name}" to ignore`, { line, suggestion })
    }
}

/** What `DataFrame.to_csv` of pandas writes in front, and `read_csv` calls it. */
const isIndex = (name: string): boolean => name === '' || /^Unnamed: \d+$/.test(name)

function checkColumns(
  found: readonly string[],
  features: readonly string[],
  problems: FileProblems,
  line: number,
): void {
  if (features.length === 0) problems.add('there are no columns beside the class', { line })
  for (const name of features) if (!found.includes(name)) problems.add(`there is no column ${name}`, { line })
  for (const name of found.filter(isIndex))
    problems.add(
      `a column is called "${name}", as the index that pandas writes; expected a name where it is an input, else ` +
        `ignore: ["${name}"] (or to_csv(…, index=False))`,
      { line },
    )
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
  const written = [...new Set(classes.map(({ name }) => name))]
  const names = areNumbers(written) ? distinctNumbers(written) : written.sort()
  requireClasses(file, names.length, classes.length, `, ${shown(names[0])}`)
  return names
}

/** Whether all are numbers that doubles tell apart. */
const areNumbers = (names: readonly string[]): boolean =>
  names.every((name) => Math.abs(parseNumber(name) ?? Number.NaN) <= Number.MAX_SAFE_INTEGER)

/** Numbers in their order; of those that are written in several ways, 1 and 1.0, the shortest. */
function distinctNumbers(names: readonly string[]): string[] {
  const byNumber = new Map<number, string>()
  for (const name of names) {
    const known = byNumber.get(Number(name))
    if (known === undefined || name.length < known.length) byNumber.set(Number(name), name)
  }
  return [...byNumber].sort(([a], [b]) => a - b).map(([, name]) => name)
}

/** The index of each row's class; a `UserError` names the rows of classes that are not known. */
export function labelsOf({ file, classes }: Table, classNames: readonly string[]): Int32Array {
  const problems = new FileProblems(file)
  const numbers = areNumbers(classNames)
  const keyOf = (name: string) => (numbers ? (parseNumber(name) ?? name) : name)
  const places = new Map(classNames.map((name, place) => [keyOf(name), place]))
  const labels = Int32Array.from(classes, ({ name, line }) => {
    const place = places.get(keyOf(name))
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
