import { join } from 'node:path'
import { makeDirectories } from '../files/make-directory.js'
import { writeTextFile } from '../files/write-file.js'

/** A figure as it is written. */
export interface DrawnFigure {
  readonly id: string
  readonly svg: string
}

/** The file of a figure in a folder. */
export const figurePath = (folder: string, id: string): string => join(folder, `${id}.svg`)

/** Writes figures into a folder, `<id>.svg` each. A `UserError` names what cannot be written. */
export function writeFigures(folder: string, figures: readonly DrawnFigure[]): void {
  makeDirectories(folder)
  for (const { id, svg } of figures) writeTextFile(figurePath(folder, id), svg)
}
