import { join } from 'node:path'
import { makeDirectories } from '../results/make-directory.js'
import { writeTextFile } from '../results/text-file.js'

/** Writes figures into a folder, `<id>.svg` each; returns their paths. A `UserError` names what cannot be written. */
export function writeFigures(
  folder: string,
  figures: readonly { readonly id: string; readonly svg: string }[],
): string[] {
  makeDirectories(folder)
  return figures.map(({ id, svg }) => {
    const path = join(folder, `${id}.svg`)
    writeTextFile(path, svg)
    return path
  })
}
