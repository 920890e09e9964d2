import { isUtf8 } from 'node:buffer'
import { CsvError, parse } from 'csv-parse/sync'
import { dataFileError, readWhole } from './data-file.js'

/**
 * Hands over the records of a CSV file in order, each with the line it stands on, counted from 1.
 *
 * Commas separate unless something else is said to, quotes are optional, empty lines and lines that start with # are
 * passed over. How many fields a record has is for the caller to check. Throws a `UserError` where the file cannot be read
 * or has no records.
 */
export function readCsv(
  file: string,
  each: (record: readonly string[], line: number) => void,
  separatorOf: (bytes: Buffer) => string = () => ',',
): void {
  const bytes = readWhole(file)
  requireText(file, bytes)
  let records = 0
  try {
    parse(bytes, {
      bom: true,
      delimiter: separatorOf(bytes),
      comment: '#',
      comment_no_infix: true,
      // Given, not guessed: what is guessed from the first line miscounts where line ends are mixed.
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (record: string[], { lines }) => {
        records++
        each(record, lines)
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { lines: line } = error as CsvError & { lines?: number }
    throw dataFileError(file, `is no valid CSV: ${error.message}`, { line, cause: error })
  }
  if (records === 0) throw dataFileError(file, 'holds no records')
}

/** Refuses bytes that are no UTF-8 (or UTF-16 that says so): names that differ could become one. */
function requireText(file: string, bytes: Buffer): void {
  const saysUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  if (saysUtf16 || isUtf8(bytes)) return
  let line = 1
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from)
    const next = end < 0 ? bytes.length : end + 1
    if (!isUtf8(bytes.subarray(from, next))) break
    from = next
  }
  throw dataFileError(file, 'is no UTF-8 text; save it in that encoding', { line })
}
