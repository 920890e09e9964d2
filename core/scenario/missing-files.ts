import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { nearestName } from '../nearest.js'
import { type LocatedMap, originOf, type Path } from './located.js'
import type { FileFlaw } from './references.js'

/** What is wrong with a file that a scenario names at a path, as seen from the file that names it; undefined where it is there. */
export const flawOfFileIn =
  (tree: LocatedMap) =>
  (written: string, path: Path): FileFlaw | undefined => {
    const file = resolve(originOf(tree, path).source.directory, written)
    if (existsSync(file)) return undefined
    const directory = dirname(file)
    const suggestion = nearestName(basename(file), existsSync(directory) ? readdirSync(directory) : [])
    const message = `there is no file ${JSON.stringify(written)}`
    return { message, ...(suggestion !== undefined && { suggestion }) }
  }
