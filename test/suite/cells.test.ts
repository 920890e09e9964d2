import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadSuite } from '../../core/suite/definition/load.js'
import { type Cell, cellsOf } from '../../core/suite/execution/cells.js'
import { shardOf } from '../../core/suite/execution/shares.js'
import { builtInPlugins } from '../../plugins/index.js'
import { directoryWith, load, small } from './support.js'

const addresses = async (text: string) => cellsOf(await load(text)).map(({ address }) => address)

describe('a reference', () => {
  const suite = (reference: string) => `scenarios: [small.yaml]
set: { learning: { model: logistic, dataset: { plugin: synthetic-classification, options: { samples: 64 } }, reference: ${reference} } }
sweep: { network.clients.count: [2, 4] }
skip:
  - { schedulers: [swap-matching], where: { network.clients.count: { above: 3 } }, reason: it takes too long }
seeds: 3
`
  const cells = async (reference: string) => cellsOf(await load(suite(reference)))
  const told = ({ setting, scheduler, seed }: Cell) => [setting, scheduler, seed]

  test('is learned once for each setting and seed: beside the baseline, or another where that is skipped', async () => {
    const all = await cells('centralized')
    const carrying = all.filter(({ scenario }) => /reference: centralized/.test(scenario))
    expect([all.length, carrying.length]).toEqual([15, 6])
    expect(carrying.map(told)).toEqual(
      [1, 2, 3].flatMap((seed) => [
        [0, 'swap-matching', seed],
        [1, 'hardest-first', seed],
      ]),
    )
  })

  test('changes the addresses of no cells but those', async () => {
    const [without, one, both] = await Promise.all(['null', 'centralized', 'both'].map(cells))
    const changed = (other: readonly Cell[]) =>
      other.filter(({ address }, i) => address !== without[i].address).map(told)
    expect(changed(one)).toHaveLength(6)
    expect(changed(both)).toEqual(changed(one))
  })
})

describe('the address of a cell', () => {
  test('is that of its scheduler alone: another beside it changes nothing', async () => {
    const before = await addresses('scenarios: [small.yaml]\nschedulers: [greedy, random]\n')
    const after = await addresses('scenarios: [small.yaml]\nschedulers: [greedy, max-sinr, random]\n')
    expect([after[0], after[2]]).toEqual(before)
    expect(new Set(after).size).toBe(3)
  })

  test('does not depend on how the suite is written, where it lies or what it is called', async () => {
    const [plain] = await addresses('scenarios: [small.yaml]\nschedulers: [greedy]\n')
    const [other] = await addresses(
      'name: x\ndescription: y\nscenarios: [{ scenario: small.yaml, label: z }]\nset: { rounds: 6, network.clients.powerDbm: 23 }\n' +
        'schedulers: [{ plugin: greedy, label: greedy, options: { order: all-pairs } }]\n',
    )
    expect(other).toBe(plain)
  })

  test('changes with the seed, an option, a label and a setting', async () => {
    const all = await Promise.all([
      addresses('scenarios: [small.yaml]\nschedulers: [greedy]\nseeds: 2\n'),
      addresses(
        'scenarios: [small.yaml]\nschedulers: [{ plugin: greedy, options: { order: hardest-first } }]\n',
      ),
      addresses('scenarios: [small.yaml]\nschedulers: [{ plugin: greedy, label: mine }]\n'),
      addresses('scenarios: [small.yaml]\nschedulers: [greedy]\nset: { rounds: 7 }\n'),
    ])
    expect(new Set(all.flat()).size).toBe(5)
  })

  test('changes with what is in a file, or a plugin, that the scenario names', async () => {
    const suite =
      'scenarios: [small.yaml]\nplugins: [./mine.mjs]\nschedulers: [mine]\n' +
      'set: { network.clients.placement: { plugin: file, options: { file: places.csv } } }\n'
    const plugin = (slot: number) => `export default {
      kind: 'scheduler', name: 'mine', summary: 'for tests', tier: 'counts',
      options: { type: 'object', additionalProperties: false },
      create: () => ({ decide: (view) => new Int32Array(view.parameters.clients).fill(${slot}) }),
    }`
    const directory = directoryWith({
      'suite.yaml': suite,
      'small.yaml': small,
      'mine.mjs': plugin(-1),
      'places.csv': 'x,y\n1,1\n',
    })
    const address = async () =>
      cellsOf(await loadSuite(join(directory, 'suite.yaml'), { registry: builtInPlugins }))[0].address
    const first = await address()
    expect(await address()).toBe(first)
    writeFileSync(join(directory, 'places.csv'), 'x,y\n2,2\n')
    const second = await address()
    expect(second).not.toBe(first)
    writeFileSync(join(directory, 'mine.mjs'), plugin(0))
    expect(await address()).not.toBe(second)
  })

  test('changes with what a plugin imports, a package that it comes from, and their dependencies', async () => {
    const mine = `import { slot } from './helper.js'
      import { shift } from 'shifts'
      export default {
      kind: 'scheduler', name: 'mine', summary: 'for tests', tier: 'counts',
      options: { type: 'object', additionalProperties: false },
      create: () => ({ decide: (view) => new Int32Array(view.parameters.clients).fill(slot + shift) }),
    }`
    const directory = directoryWith({
      'suite.yaml': 'scenarios: [small.yaml]\nplugins: [./mine.ts, theirs]\nschedulers: [mine]\n',
      'small.yaml': small,
      'mine.ts': mine,
      'helper.ts': 'export const slot: number = 1 // of all',
      'node_modules/shifts/package.json': '{ "name": "shifts", "main": "main.js" }',
      'node_modules/shifts/main.js': 'exports.shift = require("./other.cjs").shift',
      'node_modules/shifts/other.cjs': 'exports.shift = 1',
      'node_modules/theirs/package.json': '{ "name": "theirs", "type": "module", "exports": "./theirs.js" }',
      'node_modules/theirs/theirs.js': mine
        .replace("name: 'mine'", "name: 'theirs'")
        .replace('./helper.js', './data.json')
        .replace('{ slot }', 'slot'),
      'node_modules/theirs/data.json': '4',
    })
    const address = async () =>
      cellsOf(await loadSuite(join(directory, 'suite.yaml'), { registry: builtInPlugins }))[0].address
    const known = [await address()]
    expect(await address()).toBe(known[0])
    writeFileSync(join(directory, 'helper.ts'), 'export const slot: number = 1 // as said')
    expect(await address()).toBe(known[0])
    for (const [name, before, after] of [
      ['helper.ts', '1', '2'],
      ['node_modules/shifts/other.cjs', '1', '2'],
      ['node_modules/theirs/theirs.js', 'slot +', 'slot -'],
      ['node_modules/theirs/data.json', '4', '5'],
      ['mine.ts', 'slot +', 'slot -'],
    ]) {
      const file = join(directory, name)
      writeFileSync(file, readFileSync(file, 'utf8').replace(before, after))
      const now = await address()
      expect(known, name).not.toContain(now)
      known.push(now)
    }
  })

  test('changes with what a scheduler computes with besides cotwin', async () => {
    const suite = 'scenarios: [small.yaml]\nplugins: [./mine.mjs]\nschedulers: [mine]\n'
    const directory = directoryWith({
      'suite.yaml': suite,
      'small.yaml': small,
      'mine.mjs': `export default {
        kind: 'scheduler', name: 'mine', summary: 'for tests', tier: 'counts',
        options: { type: 'object', additionalProperties: false },
        computedWith: () => globalThis.versionsForTests,
        create: () => ({ decide: (view) => new Int32Array(view.parameters.clients).fill(-1) }),
      }`,
    })
    const found = globalThis as { versionsForTests?: Readonly<Record<string, string>> }
    onTestFinished(() => {
      delete found.versionsForTests
    })
    const address = async (versions: Readonly<Record<string, string>>) => {
      found.versionsForTests = versions
      return cellsOf(await loadSuite(join(directory, 'suite.yaml'), { registry: builtInPlugins }))[0].address
    }
    const first = await address({ python: 'CPython 3.11.7', numpy: '2.4.6' })
    expect(await address({ python: 'CPython 3.11.7', numpy: '2.4.6' })).toBe(first)
    expect(await address({ python: 'CPython 3.11.7', numpy: '2.4.7' })).not.toBe(first)
    expect(await address({ python: 'CPython 3.11.8', numpy: '2.4.6' })).not.toBe(first)
    // What takes the place of a scheduler that uses nothing else has the address it had.
    expect(await address({})).not.toBe(first)
  })

  test('changes with the names and contents of the files in a folder', async () => {
    const directory = directoryWith({
      'suite.yaml':
        'scenarios: [small.yaml]\nschedulers: [greedy]\n' +
        'set: { learning.dataset: { plugin: image-folder, options: { train: pictures } } }\n',
      'small.yaml': small,
    })
    const pictures = join(directory, 'pictures')
    mkdirSync(join(pictures, 'cats'), { recursive: true })
    writeFileSync(join(pictures, 'cats', '1.png'), 'one')
    const address = async () =>
      cellsOf(await loadSuite(join(directory, 'suite.yaml'), { registry: builtInPlugins }))[0].address
    const first = await address()
    expect(await address()).toBe(first)
    writeFileSync(join(pictures, 'cats', '1.png'), 'two')
    const second = await address()
    expect(second).not.toBe(first)
    renameSync(join(pictures, 'cats', '1.png'), join(pictures, 'cats', '2.png'))
    expect(await address()).not.toBe(second)
  })
})

test('shards share the cells out, each to one of them', async () => {
  const cells = cellsOf(await load('scenarios: [small.yaml]\nseeds: 5\n'))
  const shards = [1, 2, 3, 4].map((index) => shardOf(cells, index, 4))
  expect(shards.map(({ length }) => length)).toEqual([4, 4, 4, 3])
  expect(new Set(shards.flat())).toEqual(new Set(cells))
})

test('a scheduler that is timed by its label is so alone', async () => {
  const cells = cellsOf(
    await load(
      'scenarios: [small.yaml]\nset: { decisionTime: { seconds: { swap-matching: 1, hardest-first: 2, random: 3 } } }\n',
    ),
  )
  expect(cells.map(({ scenario }) => /seconds:\s+(\S+): (\d)/.exec(scenario)?.slice(1))).toEqual([
    ['swap-matching', '1'],
    ['hardest-first', '2'],
    ['random', '3'],
  ])
})
