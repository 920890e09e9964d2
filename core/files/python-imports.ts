import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const statement = /^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+([^#\n]*)|import[ \t]+([^#\n]*))/gm

/** What a Python program is made of. */
export interface PythonImports {
  /** Itself, and what it imports from its folder, directly or through others; sorted. */
  readonly files: readonly string[]
  /** The modules that these import from elsewhere, by their first names; sorted. */
  readonly others: readonly string[]
}

/** Found by import statements, wherever they stand; what is imported by a name that is worked out stays unseen. */
export function pythonImports(program: string): PythonImports {
  const folder = dirname(program)
  const found = new Set<string>()
  const others = new Set<string>()
  const waiting = [program]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue
    found.add(file)
    for (const [from, name] of namesIn(readFileSync(file, 'utf8'), file, folder)) {
      const own = filesOf(from, name).filter(isFile)
      for (const each of own) waiting.push(each)
      // What is named from a place in a package is of that package.
      if (own.length === 0 && from === folder) others.add(name.split('.')[0]!)
    }
  }
  return { files: [...found].sort(), others: [...others].sort() }
}

/** Modules that a text imports: the folder that each is looked up in, and its dotted name. */
function namesIn(text: string, file: string, folder: string): [from: string, name: string][] {
  return [...text.matchAll(statement)].flatMap(
    ([, dots, base = '', members = '', plain]): [string, string][] => {
      if (plain !== undefined) return words(plain).map((name) => [folder, name])
      let from = folder
      if (dots) {
        from = dirname(file)
        for (let i = 1; i < dots.length; i++) from = dirname(from)
      }
      // `from package import module` may name a file, too.
      const inner = words(members.replace(/[()]/g, ' ')).map((name) =>
        base === '' ? name : `${base}.${name}`,
      )
      return [...(base === '' ? [] : [base]), ...inner].map((name) => [from, name])
    },
  )
}

/** `numpy as np, os` is `numpy`, `os`. */
const words = (list: string): string[] =>
  list
    .split(',')
    .map((each) => each.trim().replace(/\s.*/s, ''))
    .filter((name) => /^[\w.]+$/.test(name))

/** Where a module and the packages that it lies in would be. */
function filesOf(folder: string, name: string): string[] {
  const parts = name.split('.')
  return parts.flatMap((_, i) => {
    const path = join(folder, ...parts.slice(0, i + 1))
    return [`${path}.py`, join(path, '__init__.py')]
  })
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()
