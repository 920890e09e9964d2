import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type Compressors,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
} from 'hyparquet'
import { locateColumns } from '../files/columns.js'
import { FileProblems, fileError, unreadable } from '../files/data-file.js'
import { shown } from '../files/number.js'
import { GainTable, type Report, traceColumns } from './gain-table.js'
import type { GainTrace, TraceFormat } from './gain-trace.js'

/** Beside none and snappy, which the reader knows itself. */
const compressors: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
}
const codecs = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)]

/** A trace in a Parquet file, read a row group at a time; rows count from 1. */
export async function readParquetTrace(path: string, format: TraceFormat): Promise<GainTrace> {
  const problems = new FileProblems(path)
  const report: Report = (message, row) =>
    problems.add(row === undefined ? message : `row ${row}: ${message}`)
  const source = await reading(path, () => openParquet(path))
  const columns = columnsOf(source.metadata, problems)
  problems.throwIfAny()
  checkCodecs(path, source.metadata)
  const table = new GainTable(format, { withDownlink: columns.includes('downlink'), name: 'row' }, report)
  let rowStart = 0
  for (const group of source.metadata.row_groups) {
    const rows = { rowStart, rowEnd: rowStart + Number(group.num_rows) }
    const data = await reading(path, () => readRows(source, columns, rows))
    addRows(table, columns, data, rowStart)
    rowStart = rows.rowEnd
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
    throw fileError(path, `is no readable Parquet file: ${error.message}`, { cause: error })
  }
}

async function openParquet(path: string): Promise<{ file: AsyncBuffer; metadata: FileMetaData }> {
  const file = await asyncBufferFromFile(path)
  if (file.byteLength === 0) throw new Error('it is empty')
  return { file, metadata: await parquetMetadataAsync(file) }
}

/** Columns of rows that lie in one row group. */
async function readRows(
  source: { file: AsyncBuffer; metadata: FileMetaData },
  columns: string[],
  rows: { rowStart: number; rowEnd: number },
): Promise<DecodedArray[]> {
  const scan = await parquetScan({ ...source, ...rows, columns, compressors })
  const data: DecodedArray[] = []
  for (const column of columns) {
    const values = await scan.readColumn({ column, ...rows })
    if (values.length !== rows.rowEnd - rows.rowStart) throw new Error(`the column ${column} lacks rows`)
    data.push(values)
  }
  return data
}

/** The names of the columns to read, in the order of `traceColumns`. */
function columnsOf({ schema }: FileMetaData, problems: FileProblems): string[] {
  const header = schema.slice(1).map(({ name }) => name)
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
  throw fileError(path, `is compressed with ${unknown.toLowerCase()}; expected ${names}`)
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
