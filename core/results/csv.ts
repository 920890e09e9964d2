import { writeFileOfParts } from '../files/write-file.js'
import type { Value } from '../observe/table.js'
import type { StoredTable } from './stored-table.js'

/** A value as a field of comma-separated values (RFC 4180); what is missing is empty. */
const csvField = (value: Value): string => {
  if (typeof value !== 'string') return value === null || Number.isNaN(value) ? '' : String(value)
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** Values as one line. */
export const csvLine = (values: readonly Value[]): string => `${values.map(csvField).join(',')}\n`

/**
 * Writes a table as comma-separated values under a line of its columns' names, a row group at a time.
 *
 * The file is there in full or as it was before; a `UserError` says why it cannot be written, or the table read.
 */
export const writeCsv = (path: string, table: StoredTable): Promise<void> =>
  writeFileOfParts(path, linesOf(table))

/** The bytes of the lines of a table, a row group at a time. */
async function* linesOf(table: StoredTable): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode(csvLine(table.columns))
  for await (const batch of table.batches()) {
    const columns = table.columns.map((name) => batch.columns[name])
    const lines = Array.from({ length: batch.rows }, (_, row) =>
      csvLine(columns.map((column) => column[row])),
    )
    yield encoder.encode(lines.join(''))
  }
}
