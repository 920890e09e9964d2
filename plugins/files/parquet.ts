import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type ColumnMetaData,
  type DecodedArray,
  type FileMetaData,
  parquetMetadata,
  parquetScan,
  parquetSchema,
  type RowGroup,
} from 'hyparquet'
import { checkChunk, compressors } from './parquet-chunk.js'
import { ThriftReader } from './parquet-thrift.js'

const MAGIC = 0x31524150
/** The footer's length and the magic number behind it. */
const TAIL = 8
const WIDTHS: Readonly<Record<string, number>> = { INT32: 4, FLOAT: 4, INT64: 8, DOUBLE: 8, INT96: 12 }

/** A Parquet file of anyone's. Its structure is checked before it is believed, so that a damaged one is refused in time. */
export class ParquetTable {
  readonly metadata: FileMetaData
  readonly #file: AsyncBuffer
  /** Where the footer begins. */
  readonly #end: number

  private constructor(file: AsyncBuffer, metadata: FileMetaData, end: number) {
    this.#file = file
    this.metadata = metadata
    this.#end = end
  }

  /** Throws an `Error` that says what is wrong with the file, or what the operating system answers. */
  static async open(path: string): Promise<ParquetTable> {
    const file = await asyncBufferFromFile(path)
    if (file.byteLength === 0) throw new Error('it is empty')
    const tail = new DataView(await file.slice(Math.max(0, file.byteLength - TAIL)))
    if (tail.byteLength < TAIL || tail.getUint32(4, true) !== MAGIC)
      throw new Error('it does not end as a Parquet file does')
    const end = file.byteLength - TAIL - tail.getUint32(0, true)
    if (end < 4) throw new Error(`it has no room for a footer of ${tail.getUint32(0, true)} bytes`)
    const footer = await file.slice(end)
    new ThriftReader(new Uint8Array(footer, 0, footer.byteLength - TAIL)).struct()
    const metadata = parquetMetadata(footer, { geoparquet: false })
    if (metadata.schema.some(({ name }) => typeof name !== 'string')) throw new Error('a column has no name')
    checkRows(metadata)
    return new ParquetTable(file, metadata, end)
  }

  /** Its columns, those within others under the name of the outermost. */
  get columns(): string[] {
    return parquetSchema(this.metadata).children.map(({ element }) => element.name)
  }

  /** These columns of each row group, and the row before its first. */
  async *rowGroups(columns: readonly string[]): AsyncGenerator<{ rowsBefore: number; data: DecodedArray[] }> {
    let rowsBefore = 0
    for (const group of this.metadata.row_groups) {
      const rows = Number(group.num_rows)
      const data: DecodedArray[] = []
      for (const column of columns) data.push(await this.#read(column, group, rowsBefore))
      if (rows > 0) yield { rowsBefore, data }
      rowsBefore += rows
    }
  }

  async #read(column: string, group: RowGroup, rowStart: number): Promise<DecodedArray> {
    const rows = Number(group.num_rows)
    if (rows === 0) return []
    const range = { rowStart, rowEnd: rowStart + rows }
    const file = await this.#checkedChunk(column, group)
    const options = { file, metadata: this.metadata, columns: [column], compressors, useOffsetIndex: false }
    const scan = await parquetScan({ ...options, ...range })
    const values = await scan.readColumn({ column, ...range })
    if (values.length !== rows) throw new Error(`the column ${column} lacks rows`)
    return values
  }

  /** The file as far as one column of one row group, which is sound. */
  async #checkedChunk(column: string, group: RowGroup): Promise<AsyncBuffer> {
    const node = parquetSchema(this.metadata).children.find(({ element }) => element.name === column)
    const [own, ...more] = group.columns.flatMap(({ meta_data }) =>
      meta_data?.path_in_schema[0] === column ? [meta_data] : [],
    )
    const { type, type_length, repetition_type } = node?.element ?? {}
    const plain = node?.children.length === 0 && own?.path_in_schema.length === 1 && more.length === 0
    if (!plain || type === undefined || repetition_type === 'REPEATED')
      throw new Error(`the column ${column} is no plain one`)
    if (own.type !== type) throw new Error(`the column ${column} is ${own.type} here and ${type} there`)
    const [start, end] = placeOf(own)
    if (!(start >= 4 && end >= start && end <= this.#end))
      throw new Error(
        `the column ${column} lies from byte ${start} to ${end}, which is not where columns are`,
      )
    const bytes = await this.#file.slice(start, end)
    try {
      const width = type === 'FIXED_LEN_BYTE_ARRAY' ? type_length : WIDTHS[type]
      const optional = repetition_type === 'OPTIONAL'
      const rows = Number(group.num_rows)
      checkChunk(new Uint8Array(bytes), { codec: own.codec, type, width, optional, rows })
    } catch (error) {
      throw new Error(`the column ${column} is damaged: ${(error as Error).message}`)
    }
    return {
      byteLength: this.#file.byteLength,
      slice: (from, to = this.#file.byteLength) => bytes.slice(from - start, to - start),
    }
  }
}

function placeOf({ dictionary_page_offset, data_page_offset, total_compressed_size }: ColumnMetaData) {
  const start = Number(dictionary_page_offset || data_page_offset)
  return [start, start + Number(total_compressed_size)] as const
}

/** Row groups have as many rows as the file and as their columns. */
function checkRows({ num_rows, row_groups }: FileMetaData): void {
  let sum = 0n
  for (const { num_rows: rows, columns } of row_groups) {
    if (typeof rows !== 'bigint' || rows < 0n || rows > BigInt(Number.MAX_SAFE_INTEGER))
      throw new Error('a row group has no number of rows')
    sum += rows
    for (const { meta_data } of columns) {
      const values = meta_data?.num_values
      const plain = meta_data?.path_in_schema.length === 1
      if (plain && values !== rows) throw new Error(`a column has ${values} values where ${rows} rows are`)
    }
  }
  if (sum !== num_rows) throw new Error(`its row groups have ${sum} rows, not ${num_rows}`)
}
