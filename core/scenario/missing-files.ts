import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { nearestName } from '../nearest.js'
import type { FileViolation } from './references.js'
import { type MapNode, originOf, type Path } from './source-node.js'

/** What is wrong with a file that a scenario names at a path, as seen from the file that names it; undefined where it is there. */
export const violationOfFileIn =
  (tree: MapNode) =>
  (written: string, path: Path): FileViolation | undefined => {
    const file = resolve(originOf(tree, path).source.directory, written)
    if (existsSync(file)) return undefined
    const directory = dirname(file)
    const suggestion = nearestName(basename(file), existsSync(directory) ? readdirSync(directory) : [])
    const message = `there is no file ${JSON.stringify(written)}`
    return { message, ...(suggestion !== undefined && { suggestion }) }
  }
