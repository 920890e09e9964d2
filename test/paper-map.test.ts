import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const file = fileURLToPath(new URL('../core/PAPER.md', import.meta.url))
const text = readFileSync(file, 'utf8')
const root = join(dirname(file), '..')

/** What the first group finds everywhere. */
const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found)

test('the map of the paper links to what is there, and names tests that are', () => {
  const links = all(/\]\(([^)]+)\)/g).map((link) => join(dirname(file), link))
  const tests = all(/`(test\/[^`]+)`/g).map((path) => join(root, path))
  expect(links.length + tests.length).toBeGreaterThan(15)
  expect([...links, ...tests].filter((path) => !existsSync(path))).toEqual([])
})

test('it leaves no equation, constraint or figure of Section VI-B out', () => {
  const parts = all(/^\| ([^|]+) \|/gm).join(' ')
  const named = new Set<number>()
  for (const [, from, to] of parts.matchAll(/\((\d+)[a-g]?\)(?:-\((\d+)\))?/g))
    for (let equation = Number(from); equation <= Number(to ?? from); equation++) named.add(equation)
  expect([...named].sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, i) => i + 1))
  for (const part of ['C1, C2', 'C3-C6', 'Figs. 6-8, 10, 11', 'Fig. 9']) expect(parts).toContain(part)
})
