import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readingFailed, UnreadableFile } from '../../core/files/read-text.js'
import { loadScenario } from '../../core/index.js'
import { directoryWith, problemsIn, registry } from './support.js'

const load = async (files: Record<string, string>, file = 'main.yaml') =>
  (await loadScenario(join(directoryWith(files), file), { registry })).scenario

const problems = (files: Record<string, string | Uint8Array>) =>
  problemsIn(join(directoryWith(files), 'main.yaml'))

describe('a scenario that extends another', () => {
  test('takes from it what it does not say itself, section by section', async () => {
    const { network, rounds, seed } = await load({
      'main.yaml': 'extends: base.yaml\nseed: 3\nnetwork: { clients: { count: 8 } }',
      'base.yaml':
        'rounds: 7\nseed: 2\nnetwork: { clients: { count: 9, powerDbm: 20 }, channels: { count: 12 } }',
    })
    expect([rounds, seed, network.clients.count, network.clients.powerDbm, network.channels.count]).toEqual([
      7, 3, 8, 20, 12,
    ])
  })

  test('replaces lists, distributions and plugins as a whole', async () => {
    const { network, schedulers } = await load({
      'main.yaml': `extends: base.yaml
schedulers: [random]
network:
  clients: { powerDbm: { choice: [20] }, flops: 1e12 }
  propagation: { plugin: log-distance, options: { interceptDb: 30 } }`,
      'base.yaml': `schedulers: [greedy, swap-matching]
network:
  clients: { powerDbm: { uniform: [20, 23] }, flops: { normal: { mean: 2e12, sd: 1 } } }
  propagation: { plugin: log-distance, label: steep, options: { slopeDb: 40 } }`,
    })
    expect(schedulers.map(({ plugin }) => plugin)).toEqual(['random'])
    expect([network.clients.powerDbm, network.clients.flops]).toEqual([{ choice: [20] }, 1e12])
    expect(network.propagation).toEqual({
      plugin: 'log-distance',
      label: 'log-distance',
      options: { interceptDb: 30, slopeDb: 37.6 },
    })
  })

  test('can undo a limit of its base', async () => {
    const { budgets } = await load({
      'main.yaml': 'extends: base.yaml\nbudgets: { latencySeconds: null }',
      'base.yaml': 'budgets: { latencySeconds: 5, energyJoules: 6 }',
    })
    expect(budgets).toEqual({ latencySeconds: null, energyJoules: 6 })
  })

  test('takes the defaults of a section where it says null, whatever the base says', async () => {
    const { budgets, network } = await load({
      'main.yaml': 'extends: base.yaml\nbudgets: null\nnetwork: { clients: , channels: { count: 20 } }',
      'base.yaml': 'budgets: { latencySeconds: 5, energyJoules: 6 }\nnetwork: { clients: { count: 9 } }',
    })
    expect(budgets).toEqual({ latencySeconds: null, energyJoules: null })
    expect([network.clients.count, network.channels.count]).toEqual([16, 20])
  })

  test('has a name and a description of its own', async () => {
    const { name, description } = await load({
      'main.yaml': 'extends: base.yaml',
      'base.yaml': 'name: base\ndescription: the base\nrounds: 3',
    })
    expect([name, description]).toEqual(['main', undefined])
  })

  test('may extend one that extends another, each path starting at the file that wrote it', async () => {
    const { rounds, seed, network } = await load({
      'main.yaml': 'extends: bases/near.yaml\nseed: 3',
      'bases/near.yaml': 'extends: ../far.yaml\nrounds: 7',
      'far.yaml': 'rounds: 8\nseed: 9\nnetwork: { reciprocal: false }',
    })
    expect([rounds, seed, network.reciprocal]).toEqual([7, 3, false])
  })

  test('is blamed only for what it wrote itself', async () => {
    expect(
      await problems({
        'main.yaml': 'extends: base.yaml\nrounds: 0',
        'base.yaml': '# a comment\nseed: -1\nnetwork:\n  clints: {}',
      }),
    ).toEqual([
      'main.yaml:2:9: rounds: expected a whole number of at least 1, found 0',
      'base.yaml:2:7: seed: expected a whole number of at least 0, found -1',
      'base.yaml:4:3: network: unknown key "clints" (did you mean "clients"?)',
    ])
  })

  test('finds files named by its base', async () => {
    const { network } = await load({
      'main.yaml': 'extends: bases/base.yaml',
      'bases/base.yaml': 'network: { gains: { plugin: trace, options: { file: data/gains.npy } } }',
    })
    expect(network.gains?.options.file).toBe('./bases/data/gains.npy')
  })

  test('leaves its own files and absolute ones as they are', async () => {
    const trace = (file: string) => `network: { gains: { plugin: trace, options: { file: ${file} } } }`
    expect((await load({ 'main.yaml': trace('gains.npy') })).network.gains?.options.file).toBe('gains.npy')
    const absolute = await load({
      'main.yaml': 'extends: b/base.yaml',
      'b/base.yaml': trace('/data/gains.npy'),
    })
    expect(absolute.network.gains?.options.file).toBe('/data/gains.npy')
  })
})

describe('a circle', () => {
  test('of files is reported where it closes', async () => {
    expect(
      await problems({
        'main.yaml': 'rounds: 3\nextends: a.yaml',
        'a.yaml': 'extends: b.yaml',
        'b.yaml': 'seed: 1\nextends: ./a.yaml',
      }),
    ).toEqual(['b.yaml:2:10: extends goes in a circle: a.yaml → b.yaml → a.yaml'])
  })

  test('of one file is a circle', async () => {
    expect(await problems({ 'main.yaml': 'extends: main.yaml' })).toEqual([
      'main.yaml:1:10: extends goes in a circle: main.yaml → main.yaml',
    ])
  })
})

describe('a base that cannot be read', () => {
  test('is reported where it is named, beside what is wrong in the file itself', async () => {
    expect(
      await problems({ 'main.yaml': 'extends: ./bse.yaml\nrounds: 0', 'base.yaml': 'rounds: 3' }),
    ).toEqual([
      'main.yaml:1:10: extends "./bse.yaml": there is no such file (did you mean "base.yaml"?)',
      'main.yaml:2:9: rounds: expected a whole number of at least 1, found 0',
    ])
  })

  test('hides no plugin behind it: names are not judged', async () => {
    expect(await problems({ 'main.yaml': 'extends: none.yaml\nschedulers: [mine]' })).toHaveLength(1)
  })

  test('may be a directory, binary, or no YAML', async () => {
    expect(await problems({ 'main.yaml': 'extends: dir', 'dir/x': '' })).toEqual([
      'main.yaml:1:10: extends "dir": this is a directory; expected a file',
    ])
    expect(await problems({ 'main.yaml': 'extends: b.yaml', 'b.yaml': new Uint8Array([1, 0, 2]) })).toEqual([
      'main.yaml:1:10: extends "b.yaml": this is a binary file; expected YAML text',
    ])
    expect(await problems({ 'main.yaml': 'extends: b.yaml', 'b.yaml': 'a: 1\na: 2' })).toEqual([
      'b.yaml:2:1: the key "a" stands here a second time',
    ])
  })

  test('may be no path at all', async () => {
    expect(await problems({ 'main.yaml': 'extends: [a.yaml]' })).toEqual([
      'main.yaml:1:10: extends: expected a text that is not empty, found ["a.yaml"]',
    ])
  })
})

describe('a file that cannot be read', () => {
  test.each([
    [
      'that is not there',
      'scenarlo.yaml',
      'scenarlo.yaml: there is no such file (did you mean "scenario.yaml"?)',
    ],
    ['that is a directory', 'directory', 'directory: this is a directory; expected a file'],
    ['within a file', 'scenario.yaml/x', 'x: a part of this path is no directory'],
    ['that is binary', 'binary', 'binary: this is a binary file; expected YAML text'],
    ['that is not UTF-8', 'latin1.yaml', 'latin1.yaml: this file is not UTF-8 text'],
    ['that is huge', 'huge', 'huge: expected a scenario of at most 4194304 bytes, found more'],
  ])('%s is a problem', async (_, file, problem) => {
    const directory = directoryWith({
      'scenario.yaml': 'rounds: 3',
      'directory/inner': '',
      binary: new Uint8Array([147, 78, 85, 77, 0, 1]),
      'latin1.yaml': Buffer.from('name: Z\u00fcrich', 'latin1'),
      huge: 'x'.repeat(5_000_000),
    })
    expect(await problemsIn(join(directory, file))).toEqual([problem])
  })

  test('without an end is a problem', async () => {
    expect(await problemsIn('/dev/zero')).toEqual([expect.stringContaining('at most 4194304 bytes')])
  })

  // A test that runs as root may read every file, so what the system would say is given.
  test.each([
    ['EACCES', 'there is no permission to read this file'],
    ['EIO', 'this file cannot be read (EIO)'],
  ])('for another reason (%s) is a problem', async (code, message) => {
    const reason = await readingFailed('main.yaml', Object.assign(new Error(code), { code }))
    expect(reason).toBeInstanceOf(UnreadableFile)
    expect(reason.message).toBe(message)
  })
})
