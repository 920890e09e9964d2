import { locateColumns } from '../files/columns.js'
import { readCsv } from '../files/csv.js'
import { FileProblems } from '../files/data-file.js'
import { parseNumber, shown } from '../files/number.js'
import { GainTable, type Report, traceColumns } from './gain-table.js'
import type { GainTrace, TraceFormat } from './gain-trace.js'

const names = [...traceColumns.required, ...traceColumns.optional]

/** A trace in a CSV file, read whole; its rows are named by their lines. */
export function readCsvTrace(file: string, format: TraceFormat): GainTrace {
  const problems = new FileProblems(file)
  const report: Report = (message, line) => problems.add(message, line === undefined ? {} : { line })
  let table: GainTable | undefined
  let places: number[] = []
  let columns = 0
  readCsv(file, (record, line) => {
    if (!table) {
      // Without a header, whatever is read from the rows would be a guess.
      places = locateColumns(record, traceColumns, problems, line)
      problems.throwIfAny()
      columns = record.length
      const withDownlink = places[names.indexOf('downlink')] >= 0
      if (!withDownlink) places.pop()
      table = new GainTable(format, { withDownlink, name: 'line' }, report)
    } else if (record.length !== columns) {
      report(`expected ${columns} values, found ${record.length}`, line)
    } else {
      const values = parseRow(record, places, line, report)
      if (values) table.add(line, values)
    }
  })
  const trace = table!.finish()
  problems.throwIfAny()
  return trace
}

function parseRow(
  record: readonly string[],
  places: readonly number[],
  line: number,
  report: Report,
): number[] | undefined {
  const values = places.map((place) => parseNumber(record[place]))
  const wrong = values.indexOf(undefined)
  if (wrong < 0) return values as number[]
  report(`${names[wrong]}: expected a number, found ${shown(record[places[wrong]])}`, line)
  return undefined
}
