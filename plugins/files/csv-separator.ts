/** What can separate columns, by name. */
export const separators = { comma: ',', semicolon: ';', tab: '\t', bar: '|' } as const

/** The separator that sets a column of this name apart in the header, else that which stands there most often, else a comma. */
export function guessSeparator(bytes: Buffer, column: string): string {
  const header = headerOf(bytes.toString('utf8'))
  const candidates = Object.values(separators)
  const unquoted = header.replace(/"[^"]*"/g, '')
  const counts = candidates.map((separator) => unquoted.split(separator).length - 1)
  const setsApart = candidates.find(
    (separator, i) => counts[i] > 0 && header.split(separator).some((name) => bare(name) === column),
  )
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0)
  return setsApart ?? candidates[counts.indexOf(most)]
}

const bare = (name: string): string => name.trim().replace(/^"(.*)"$/, '$1')

/** The first line that is neither empty nor a comment. */
const headerOf = (text: string): string =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/, 1000)
    .find((line) => line.trim() !== '' && !line.startsWith('#')) ?? ''
