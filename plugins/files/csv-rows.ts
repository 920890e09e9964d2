import { type Columns, locateColumns } from './columns.js'
import { readCsv } from './csv.js'
import type { FileProblems } from './data-file.js'

/**
 * Hands over the rows of a CSV file with a header, each with its required columns in order and the line it stands on.
 *
 * What is wrong with the header ends the reading; a row of another length is added to the problems and passed over.
 */
export function readCsvRows(
  file: string,
  columns: Columns,
  problems: FileProblems,
  each: (fields: readonly string[], line: number) => void,
): void {
  let places: readonly number[] | undefined
  let length = 0
  readCsv(file, (record, line) => {
    if (!places) {
      places = locateColumns(record, columns, problems, line)
      problems.throwIfAny()
      length = record.length
    } else if (record.length !== length) {
      problems.add(`expected ${length} values, found ${record.length}`, { line })
    } else
      each(
        places.map((place) => record[place]),
        line,
      )
  })
}
