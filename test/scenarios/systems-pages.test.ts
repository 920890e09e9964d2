import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { pageOf } from '../../bench/systems/page.js'
import { systems } from '../../bench/systems/systems.js'
import { loadSuite } from '../../core/suite/definition/load.js'
import { builtInPlugins } from '../../plugins/index.js'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const names = systems.map(({ scenario }) => scenario).sort()
const suite = await loadSuite(at('bench/suites/systems.yaml'), { registry: builtInPlugins })

test('every published system has a scenario, a page, and claims of its own in the suite', () => {
  const without = (folder: string, end: string) =>
    readdirSync(at(folder))
      .filter((file) => file.endsWith(end))
      .map((file) => file.slice(0, -end.length))
      .sort()
  expect(without('scenarios/systems', '.yaml')).toEqual(names)
  expect(without('bench/systems', '.md')).toEqual(names)
  expect(suite.settings.map(({ scenario }) => scenario).sort()).toEqual(names)
  for (const name of names)
    expect(
      suite.claims.some(({ scenarios }) => scenarios?.includes(name)),
      name,
    ).toBe(true)
})

test.each(systems.map((system) => [system.scenario, system] as const))(
  'the page on %s says what the list does, and has a verdict on each of its claims',
  (name, system) => {
    const page = readFileSync(at(`bench/systems/${name}.md`), 'utf8')
    // All but the table of figures, which takes the whole suite.
    const [before, , after] = pageOf(system, [], '@').split(/(\n\| here[^@]*?\n\n(?=Held))/)
    expect(page.startsWith(before)).toBe(true)
    expect(page).toContain(after.slice(0, after.indexOf('@')).trim())
    for (const { claim } of suite.claims.filter(({ scenarios }) => scenarios?.includes(name)))
      expect(page).toMatch(
        new RegExp(
          `\\| ${claim.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}.*\\*\\*(holds|fails|undecided)\\*\\* \\|`,
        ),
      )
  },
)
