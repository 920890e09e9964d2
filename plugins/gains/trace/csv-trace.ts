import { locateColumns } from '../../files/columns.js'
import { readCsv } from '../../files/csv.js'
import { FileProblems } from '../../files/data-file.js'
import { parseNumber, shown } from '../../files/number.js'
import { GainTable, type Report, traceColumns } from './gain-table.js'
import type { GainTrace, TraceFormat } from './gain-trace.js'

const names = [...traceColumns.required, ...traceColumns.optional]

/** A trace in a CSV file, read whole; its rows are named by their lines. */
export function readCsvTrace(file: string, format: TraceFormat): GainTrace {
  const problems = new FileProblems(file)
  const report: Report = (message, line) => problems.add(message, { line })
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
      table.refuse(line, `expected ${columns} values, found ${record.length}`)
    } else {
      addRow(table, line, record, places)
    }
  })
  const trace = table!.finish()
  problems.throwIfAny()
  return trace
}

function addRow(table: GainTable, line: number, record: readonly string[], places: readonly number[]): void {
  const values = places.map((place) => parseNumber(record[place]))
  const wrong = values.indexOf(undefined)
  if (wrong < 0) table.add(line, values as number[])
  else table.refuse(line, `${names[wrong]}: expected a number, found ${shown(record[places[wrong]])}`)
}
