import { renameSync, rmSync } from 'node:fs'
import { openOutputFile } from '../files/output-file.js'
import { fileError } from '../files/system-error.js'
import type { StoredTable } from './stored-table.js'

/** A value as a field of comma-separated values (RFC 4180); NaN is empty. */
const csvField = (value: number | string): string => {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value)
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** Values as one line. */
export const csvLine = (values: readonly (number | string)[]): string => `${values.map(csvField).join(',')}\n`

/**
 * Writes a table as comma-separated values under a line of its columns' names, a row group at a time.
 *
 * The file is there in full or as it was before; a `UserError` says why it cannot be written, or the table read.
 */
export async function writeCsv(path: string, table: StoredTable): Promise<void> {
  const partial = `${path}.partial`
  const encoder = new TextEncoder()
  try {
    const file = openOutputFile(partial)
    try {
      let at = 0
      const write = (text: string) => {
        const bytes = encoder.encode(text)
        file.write(bytes, at)
        at += bytes.length
      }
      write(csvLine(table.columns))
      for await (const batch of table.batches()) {
        const columns = table.columns.map((name) => batch.column(name))
        const lines = Array.from({ length: batch.rows }, (_, row) =>
          csvLine(columns.map((column) => column[row])),
        )
        write(lines.join(''))
      }
      file.sync()
    } finally {
      file.close()
    }
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw fileError(path, 'cannot be written', error)
  }
}
