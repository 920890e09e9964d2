import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../core/index.js'
import { directoryWith, problemsIn, registry } from './support.js'

const plugin = (name: string, options = '{ type: "object", additionalProperties: false }', more = '') => `
export default {
  kind: 'scheduler', name: '${name}', summary: 'for tests', options: ${options},
  create: () => ({ decide: () => new Int32Array(0) }), ${more}
}`

const problems = (files: Record<string, string>) => problemsIn(join(directoryWith(files), 'main.yaml'))

describe('a plugin of the scenario', () => {
  test('may be TypeScript, with imports of its own, and is used like any other', async () => {
    const directory = directoryWith({
      'main.yaml': 'plugins: [./mine.ts]\nschedulers: [{ plugin: mine, options: { depth: 4 } }, greedy]',
      'mine.ts': `import { fallback } from './fallback.js'
const options = { type: 'object', additionalProperties: false, properties: {
  depth: { type: 'integer', minimum: 1, default: fallback }, width: { type: 'integer', default: fallback as number } } } as const
interface Unused { x: number }
export default { kind: 'scheduler', name: 'mine', summary: 'for tests', options,
  create: (given: Unused | undefined) => ({ decide: () => new Int32Array(0) }) } satisfies object`,
      'fallback.ts': 'export const fallback: number = 3',
    })
    const {
      scenario,
      registry: extended,
      sources,
    } = await loadScenario(join(directory, 'main.yaml'), { registry })
    expect(scenario.schedulers[0]).toEqual({ plugin: 'mine', label: 'mine', options: { depth: 4, width: 3 } })
    expect(extended.get('scheduler', 'mine').name).toBe('mine')
    expect(registry.find('scheduler', 'mine')).toBeUndefined()
    expect(scenario.plugins).toEqual(['./mine.ts'])
    expect(sources.map(({ role, path }) => [role, path])).toEqual([
      ['scenario', join(directory, 'main.yaml')],
      ['plugin', join(directory, 'mine.ts')],
    ])
  })

  test.each([
    ['an ES module', '{ "type": "module" }'],
    ['no package', undefined],
  ])('may lie in a folder of any name, with what it imports: %s', async (_, project) => {
    for (const folder of ['q?x', 'a b', 'a#b%20', 'é中&']) {
      const directory = directoryWith({
        [`${folder}/main.yaml`]: 'plugins: [./mine.ts, theirs]\nschedulers: [mine, theirs]',
        [`${folder}/node_modules/theirs/package.json`]: '{ "name": "theirs", "main": "main.mjs" }',
        [`${folder}/node_modules/theirs/main.mjs`]: plugin('theirs'),
        [`${folder}/mine.ts`]: `import { shared } from 'shares'
import { name } from './lib/name.js'
import { readFileSync } from 'node:fs'
const told: string = readFileSync(new URL('told.txt', import.meta.url), 'utf8')
export default { kind: 'scheduler', name, summary: shared + told,
  options: { type: 'object', additionalProperties: false }, create: () => ({ decide: () => new Int32Array(0) }) }`,
        [`${folder}/lib/name.ts`]:
          "export const name: string = new URL('.', import.meta.url).href.endsWith('/lib/') ? 'mine' : 'lost'",
        [`${folder}/told.txt`]: ' told',
        [`${folder}/node_modules/shares/package.json`]:
          '{ "name": "shares", "type": "module", "exports": "./main.js" }',
        [`${folder}/node_modules/shares/main.js`]: "export const shared = 'shared'",
        ...(project && { [`${folder}/package.json`]: project }),
      })
      const { registry: extended, sources } = await loadScenario(join(directory, folder, 'main.yaml'), {
        registry,
      })
      expect(extended.get('scheduler', 'mine').summary, folder).toBe('shared told')
      expect(sources[1].path).toBe(join(directory, folder, 'mine.ts'))
    }
  })

  test.each(['mine.js', 'mine.mjs', 'mine.mts'])('may be %s', async (file) => {
    expect(
      await problems({ 'main.yaml': `plugins: [${file}]\nschedulers: [mine]`, [file]: plugin('mine') }),
    ).toEqual([])
  })

  test('may be CommonJS', async () => {
    const text = plugin('mine').replace('export default', 'module.exports =')
    expect(
      await problems({ 'main.yaml': 'plugins: [mine.cjs]\nschedulers: [mine]', 'mine.cjs': text }),
    ).toEqual([])
  })

  test('may be a package within reach of the scenario', async () => {
    expect(
      await problems({
        'main.yaml': 'plugins: [cotwin-plugin-mine]\nschedulers: [mine]',
        'node_modules/cotwin-plugin-mine/package.json':
          '{ "name": "cotwin-plugin-mine", "type": "module", "exports": "./main.js" }',
        'node_modules/cotwin-plugin-mine/main.js': plugin('mine'),
      }),
    ).toEqual([])
  })

  test('has its options checked with its own schema', async () => {
    expect(
      await problems({
        'main.yaml': 'plugins: [mine.ts]\nschedulers: [{ plugin: mine, options: { dept: 3 } }]',
        'mine.ts': plugin(
          'mine',
          '{ type: "object", additionalProperties: false, properties: { depth: { type: "integer", default: 1 } } }',
        ),
      }),
    ).toEqual(['main.yaml:2:41: schedulers[0].options: unknown key "dept" (did you mean "depth"?)'])
  })

  test('stays with the base that brings it', async () => {
    const directory = directoryWith({
      'main.yaml': 'extends: bases/base.yaml\nplugins: [./mine.ts]\nschedulers: [mine, theirs]',
      'mine.ts': plugin('mine'),
      'bases/base.yaml': 'plugins: [./theirs.ts]',
      'bases/theirs.ts': plugin('theirs'),
    })
    const { scenario } = await loadScenario(join(directory, 'main.yaml'), { registry })
    expect(scenario.plugins).toEqual(['./bases/theirs.ts', './mine.ts'])
  })
})

describe('a plugin that cannot be loaded', () => {
  test.each([
    ['./mien.ts', 'there is no such file (did you mean "mine.ts"?)'],
    ['./throws.ts', 'it threw while loading: no licence'],
    [
      './throws-type.ts',
      "it threw while loading: TypeError: Cannot read properties of undefined (reading 'x')",
    ],
    ['./none.ts', 'it has no default export that is a plugin; expected export default definePlugin({ … })'],
    ['./number.ts', 'it has no default export that is a plugin; expected export default definePlugin({ … })'],
    ['./kind.ts', /^its kind is "schedular"; expected one of scheduler, .*\(did you mean "scheduler"\?\)$/],
    ['./nameless.ts', 'it has no name'],
    ['./idle.ts', 'it has no function create'],
    ['./greedy.ts', 'there is a scheduler plugin "greedy" already; give it another name'],
    ['./open.ts', 'its options must be the schema of an object with additionalProperties: false'],
    ['./schema.ts', /^its options are no valid JSON Schema: .*type/],
    ['./syntax.ts', /^it threw while loading: .*Expected/],
    ['./import.ts', /^it threw while loading: .*nowhere/],
    ['./cotwin.ts', /^it threw while loading: .*'cotwin.*; npm install cotwin beside it$/],
    ['./cotwin.mts', /^it threw while loading: .*'cotwin.*; npm install cotwin beside it$/],
    ['.', 'this is a directory; expected a file'],
    [
      'cotwin-no-such-package',
      /^no such package is in reach of .*; a file is named by its path, \.\/cotwin-no-such-package$/,
    ],
  ])('is a problem where it is named: %s', async (name, message) => {
    const found = await problems({
      'main.yaml': `rounds: 3\nplugins:\n  - ${name === '.' ? './' : name}\nschedulers: [greedy]`,
      'mine.ts': plugin('mine'),
      'throws.ts': 'throw new Error("no licence")',
      'throws-type.ts': 'const nothing: any = undefined\nexport default nothing.x',
      'none.ts': 'export const plugin = 3',
      'number.ts': 'export default 3',
      'kind.ts': plugin('mine').replace("'scheduler'", "'schedular'"),
      'nameless.ts': plugin(''),
      'idle.ts': plugin('idle', undefined, 'create: undefined'),
      'greedy.ts': plugin('greedy'),
      'open.ts': plugin('open', '{ type: "object" }'),
      'schema.ts': plugin(
        'schema',
        '{ type: "object", additionalProperties: false, properties: { a: { type: "int" } } }',
      ),
      'syntax.ts': 'export default {{',
      'import.ts': 'import "./nowhere.js"',
      'cotwin.ts': 'import { definePlugin } from "cotwin/plugin"\nexport default definePlugin({})',
      'cotwin.mts': 'import { definePlugin } from "cotwin/plugin"\nexport default definePlugin({})',
    })
    expect(found).toHaveLength(1)
    const prefix = `main.yaml:3:5: the plugin "${name === '.' ? './' : name}": `
    expect(found[0].slice(0, prefix.length)).toBe(prefix)
    const rest = found[0].slice(prefix.length)
    if (typeof message === 'string') expect(rest).toBe(message)
    else expect(rest).toMatch(message)
    expect(rest).not.toContain('\n')
    expect(rest).not.toContain('namespace=')
  })

  test('is not reported a second time where it is used, other names are', async () => {
    expect(
      await problems({ 'main.yaml': 'plugins: [none.ts]\nschedulers: [mine, gredy]\nrounds: 0' }),
    ).toEqual([
      'main.yaml:1:11: the plugin "none.ts": there is no such file',
      expect.stringContaining('main.yaml:2:20: schedulers[1]: there is no scheduler plugin "gredy"'),
      'main.yaml:3:9: rounds: expected a whole number of at least 1, found 0',
    ])
  })

  test('is reported with the setting that named it', async () => {
    const directory = directoryWith({ 'main.yaml': 'rounds: 3' })
    expect(await problemsIn(join(directory, 'main.yaml'), { overrides: ['plugins=[./none.ts]'] })).toEqual([
      '--set plugins=[./none.ts]: the plugin "./none.ts": there is no such file',
    ])
  })
})
