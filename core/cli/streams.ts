import picocolors from 'picocolors'

/** Writes to standard output what the user asked for. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** Prints a value for machines; numbers that are not finite become null. */
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))

/** Writes to standard error what the user should know besides. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Colours for a stream: none unless it is a terminal, nor under NO_COLOR. */
export const colorsOf = (stream: NodeJS.WriteStream) =>
  picocolors.createColors(stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb')

/** Columns of the terminal a stream writes to; Infinity where it is none. */
export const columnsOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY

/** Resolves when everything written has left the process. */
export async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()))
  }
}
