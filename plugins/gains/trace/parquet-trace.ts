import type { DecodedArray, FileMetaData } from 'hyparquet'
import { unreadable } from '../../../core/plugin/index.js'
import { locateColumns } from '../../files/columns.js'
import { dataFileError, FileProblems } from '../../files/data-file.js'
import { shown } from '../../files/number.js'
import { ParquetTable } from '../../files/parquet.js'
import { compressors } from '../../files/parquet-chunk.js'
import { GainTable, type Report, traceColumns } from './gain-table.js'
import type { GainTrace, TraceFormat } from './gain-trace.js'

const codecs = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)]

/** A trace in a Parquet file, read a row group at a time; rows count from 1. */
export async function readParquetTrace(path: string, format: TraceFormat): Promise<GainTrace> {
  const problems = new FileProblems(path)
  const report: Report = (message, row) =>
    problems.add(row === undefined ? message : `row ${row}: ${message}`)
  const source = await reading(path, () => ParquetTable.open(path))
  const columns = columnsOf(source.columns, problems)
  problems.throwIfAny()
  checkCodecs(path, source.metadata)
  const table = new GainTable(format, { withDownlink: columns.includes('downlink'), name: 'row' }, report)
  const groups = source.rowGroups(columns)
  for (;;) {
    const { value: group } = await reading(path, () => groups.next())
    if (!group) break
    addRows(table, columns, group.data, group.rowsBefore)
  }
  const trace = table.finish()
  problems.throwIfAny()
  return trace
}

/** What the reader throws is about the file; what is thrown elsewhere is not. */
async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    const known = unreadable(path, error)
    if (known !== error || !(error instanceof Error)) throw known
    throw dataFileError(path, `is no readable Parquet file: ${error.message}`, { cause: error })
  }
}

/** The names of the columns to read, in the order of `traceColumns`. */
function columnsOf(header: readonly string[], problems: FileProblems): string[] {
  const places = locateColumns(header, traceColumns, problems)
  return places.filter((place) => place >= 0).map((place) => header[place])
}

function checkCodecs(path: string, { row_groups: groups }: FileMetaData): void {
  const used = groups.flatMap(({ columns }) =>
    columns.map(({ meta_data }) => meta_data?.codec ?? 'UNCOMPRESSED'),
  )
  const unknown = used.find((codec) => !codecs.includes(codec))
  if (unknown === undefined) return
  const names = codecs.map((codec) => codec.toLowerCase()).join(', ')
  throw dataFileError(path, `is compressed with ${unknown.toLowerCase()}; expected ${names}`)
}

function addRows(
  table: GainTable,
  columns: readonly string[],
  data: readonly DecodedArray[],
  rowsBefore: number,
): void {
  for (let i = 0; i < data[0].length; i++) {
    const row = rowsBefore + i + 1
    const values = data.map((column) => asNumber(column[i]))
    const wrong = values.indexOf(undefined)
    if (wrong < 0) table.add(row, values as number[])
    else table.refuse(row, `${columns[wrong]}: expected a number, found ${shown(data[wrong][i])}`)
  }
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' ? value : undefined
}
