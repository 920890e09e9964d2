import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { UserError } from '../errors.js'
import { readingFailed, UnreadableFile } from '../files/read-text.js'
import type { JsonSource } from '../instance/read-instance.js'

/** The text of a file, or of standard input for `-`. */
export async function readInput(path: string): Promise<JsonSource> {
  const directory = process.cwd()
  if (path === '-') return { name: 'standard input', directory, text: await text(process.stdin) }
  try {
    return { name: path, directory, text: await readFile(path, 'utf8') }
  } catch (error) {
    const failure = readingFailed(path, error)
    if (!(failure instanceof UnreadableFile)) throw failure
    const { message, suggestion } = failure
    throw new UserError({ message, place: { file: path }, ...(suggestion !== undefined && { suggestion }) })
  }
}
