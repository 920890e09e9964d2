import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const imports = new Map<string, readonly string[]>()

/** What a file imports from the repository, by relative paths. */
function importsOf(file: string): readonly string[] {
  const known = imports.get(file)
  if (known) return known
  const found = Array.from(readFileSync(file, 'utf8').matchAll(/from '(\.[^']*)\.js'/g), ([, path]) =>
    join(dirname(file), `${path}.ts`),
  ).filter((path) => existsSync(path))
  imports.set(file, found)
  return found
}

/** How many imports lie between one file and another; Infinity where it does not lead there. */
export function importDistance(from: string, to: string): number {
  const seen = new Set([from])
  let distance = 0
  for (let front = [from]; front.length > 0; distance++) {
    if (front.includes(to)) return distance
    front = front.flatMap(importsOf).filter((file) => !seen.has(file))
    for (const file of front) seen.add(file)
  }
  return Number.POSITIVE_INFINITY
}
